"""The page that a person reads: tables, plots and a sample of pairs, in one HTML file that loads nothing.

Contract: `page(...)` is the same for the same pairs and seed. Whatever a pair holds, it is shown as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from aiccl_trainer import balance
from aiccl_trainer.validating.figures import TARGET, Judged
from aiccl_trainer.validating.judging import PARTS

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}table{border-collapse:collapse;margin:.6rem 0}
td,th{padding:.2rem .8rem;border-bottom:1px solid #d8dee6;text-align:right}
td:first-child,th:first-child{text-align:left}
.plots{display:flex;flex-wrap:wrap;gap:1.5rem}figure{margin:0}figcaption{font-size:.85rem;color:#556}
.pair{border:1px solid #d8dee6;border-radius:6px;margin:1rem 0;padding:.6rem .9rem}
.pair.out{border-color:#d58a8a}.texts{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
pre{background:#f5f7fa;padding:.6rem;overflow:auto;
white-space:pre-wrap;overflow-wrap:anywhere;font-size:.82rem;margin:.3rem 0}
.why{color:#a03030}.small{font-size:.85rem;color:#556}
@media(max-width:50rem){.texts{grid-template-columns:1fr}}
@media(prefers-color-scheme:dark){body{color:#dde3ea;background:#14181d}pre{background:#1e242b}td,th,.pair{border-color:#333c46}}
"""


def page(told: dict[str, Any], judged: Sequence[Judged], sample: int, seed: int, unread: Sequence[str] = ()) -> str:
    """The whole page. `sample`: how many kept pairs, and how many rejected ones, are shown."""
    kept = [(p, v, ok) for p, v, ok in judged if ok]
    out = [item for item in judged if not item[2]]
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
        f"<title>Pairs, validated</title><style>{_STYLE}</style>",
        "<h1>Pairs, validated</h1>",
        f"<p>{told['kept']:,} of {told['pairs']:,} pairs are kept: no part of them is below {told['threshold']:g}. "
        f"{_percent(told['ratio_within_target'])} of those are {TARGET[0]:g} to {TARGET[1]:g} times "
        f"shorter than their code, "
        f"{_percent(told['with_intent'])} have an intent.</p>",
    ]
    if unread:
        parts.append(f"<p class=why>{len(unread)} lines are no pairs; the first: {escape(unread[0])}</p>")
    parts += ["<h2>Distributions</h2><div class=plots>"]
    parts.append(
        histogram([v.ratio for _, v, _ in kept], 0, 8, 32, "tokens of the code / tokens of view and intent, kept")
    )
    parts.append(histogram([v.score for _, v, _ in judged], 0, 1, 25, "fidelity, all"))
    parts.append(histogram([v.quality for _, v, _ in judged], 0, 1, 25, "quality (the weakest part), all"))
    parts.append("</div><h2>Why pairs are rejected</h2>" + _reasons(told, out))
    for name in ("language", "teacher", "kind", "complexity", "split"):
        parts.append(f"<h2>By {name}</h2>" + _table(told[f"by_{name}"]))
    parts.append("<h2>Consistency, expansion, tests</h2><table><tr><th>part<th>looked at<th>mean mark</tr>")
    for name in ("consistency", "expansion", "tests"):
        parts.append(f"<tr><td>{name}<td>{told[name]['looked_at']:,}<td>{_number(told[name]['mean'])}</tr>")
    parts.append(
        "</table><h2>A sample of what is kept</h2><p class=small>Read each: does the view say all that a caller or a "
        "test can see, and nothing else? Does the intent say what the code is for?</p>"
    )
    parts += [_pair(item) for item in _drawn(kept, sample, seed)]
    parts.append("<h2>A sample of what is rejected</h2>")
    parts += [_pair(item) for item in _drawn(out, sample, seed)]
    return "".join(parts) + "</html>\n"


def histogram(values: Iterable[float], low: float, high: float, bins: int, title: str) -> str:
    """A plot as SVG. What lies beyond an end is counted at the end."""
    counts = [0] * bins
    number = 0
    for value in values:
        at = int((value - low) / (high - low) * bins)
        counts[min(bins - 1, max(0, at))] += 1
        number += 1
    width, height, top = 360, 150, max(counts, default=0) or 1
    step = width / bins
    bars = "".join(
        f"<rect x={i * step:.1f} y={height - c / top * height:.1f} width={step - 1:.1f} height={c / top * height:.1f}>"
        f"<title>{low + i * (high - low) / bins:.3g} to {low + (i + 1) * (high - low) / bins:.3g}: {c:,}</title></rect>"
        for i, c in enumerate(counts)
        if c
    )
    marks = "".join(
        f"<text x={width * q:.0f} y={height + 16} text-anchor={anchor}>{low + (high - low) * q:.3g}</text>"
        for q, anchor in ((0, "start"), (0.5, "middle"), (1, "end"))
    )
    return (
        f"<figure><svg viewBox='0 0 {width} {height + 22}' width={width} role=img "
        f"aria-label='{escape(title, quote=True)}'>"
        f"<g fill='#4a7ab5'>{bars}</g><line x1=0 x2={width} y1={height} y2={height} stroke='#889'/>"
        f"<g font-size=12 fill='#778'>{marks}</g></svg><figcaption>{escape(title)}; {number:,}</figcaption></figure>"
    )


def _reasons(told: dict[str, Any], out: Sequence[Judged]) -> str:
    rows = []
    for part, number in told["rejected_for"].items():
        first = next((v.why.get(part, "") for _, v, _ in out if v.weakest == part), "")
        rows.append(f"<tr><td>{escape(part)}<td>{number:,}<td style='text-align:left'>{escape(first[:160])}</tr>")
    return f"<table><tr><th>weakest part<th>pairs<th style='text-align:left'>for example</tr>{''.join(rows)}</table>"


def _table(rows: dict[str, Any]) -> str:
    body = "".join(
        f"<tr><td>{escape(name)}<td>{r['pairs']:,}<td>{r['kept']:,}<td>{_number(r['ratio'])}<td>{_number(r['fidelity'])}"
        f"<td>{_percent(r['with_intent'])}</tr>"
        for name, r in rows.items()
    )
    return f"<table><tr><th><th>pairs<th>kept<th>mean ratio<th>mean fidelity<th>with intent</tr>{body}</table>"


def _drawn(items: Sequence[Judged], number: int, seed: int) -> list[Judged]:
    """Some, of all languages and kinds."""
    by_key = {id(p): (p, v, ok) for p, v, ok in items}
    return [by_key[id(p)] for p in balance.order([p for p, _, _ in items], seed)[:number]]


def _pair(item: Judged) -> str:
    pair, verdict, kept = item
    marks = ", ".join(f"{name} {verdict.marks[name]:g}" for name in PARTS if name in verdict.marks)
    why = "".join(f"<div class=why>{escape(name)}: {escape(text)}</div>" for name, text in verdict.why.items())
    intent = f'"{pair.intent}"\n' if pair.intent else ""
    same = " (the compiler's flow)" if pair.view == pair.flow else ""
    return (
        f"<div class='pair{'' if kept else ' out'}'><div class=small><label><input type=checkbox> "
        f"read</label> {escape(pair.language)}, "
        f"{escape(pair.kind)}, {escape(pair.complexity)}, {escape(pair.project)} {escape(pair.path)}; "
        f"teacher {escape(pair.teacher)}; "
        f"{verdict.ratio:g}x; {marks}</div>{why}<div class=texts><pre>{escape(pair.code)}</pre>"
        f"<div><pre>{escape(intent + pair.view)}</pre><span class=small>{same}</span></div></div></div>"
    )


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
