"""All of `evaluate`: ask, judge, sum up, write the files.

Contract: the first row of the figures is the model's; beside it stand the others that were named, the compiler, the
outline and people's docs. Everything that was asked for stands in the output folder and is not asked again.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aiccl_trainer import store
from aiccl_trainer.compiled import count
from aiccl_trainer.errors import BadData, NoData
from aiccl_trainer.evaluating import ask, further, measure, report, trusting, truth
from aiccl_trainer.evaluating.measure import Item
from aiccl_trainer.pairs import Pair, read_pairs
from aiccl_trainer.progress import Progress
from aiccl_trainer.validating import expanding

if TYPE_CHECKING:
    from aiccl_converter.model.engine import Engine

VIEWS = "views.jsonl"
"""What is shown of each function: for readers, and for whoever writes code from it."""
BASE = "base model without training"


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure. Returns the exit code."""
    held = [p for p in read_pairs(arguments.input, arguments.split) if p.flow]
    pairs = ask.chosen(held, arguments.limit)
    if not pairs:
        raise NoData("no held-out pair with a flow; make some with `aiccl-train generate --split test`")
    if arguments.card and any(p.split == "train" for p in held):
        raise BadData("--card: some of these pairs are for training, and no measure of a model; add --split test")
    with store.exclusive(arguments.output_dir) as folder:
        items, engine = _asked(arguments, folder, "model", arguments.model, pairs)
        rows = {"model": _figures(items)}
        if arguments.twins:
            rows["model"].update(_consistency(arguments, folder, held))
        rows["model"].update(_expansion(arguments, folder, items))
        verdicts = truth.read(arguments.verdicts) if arguments.verdicts else {}
        if verdicts:
            rows["model"].update(truth.figures(items, verdicts))
        if arguments.trust:
            said = ask.held(folder, "model")
            store.write_json(Path(arguments.trust), trusting.fitted(items, said, verdicts, arguments.most_wrong))
        for name, place in _others(arguments):
            others, _ = _asked(arguments, folder, name, place, pairs, engine if name == BASE else None)
            rows[name] = _figures(others)
        rows.update(_without_model(pairs, items))
        about = (
            f"{len(pairs)} functions of {len({p.project for p in pairs})} projects in "
            f"{len({p.language for p in pairs})} languages; {sum(bool(p.intent) for p in pairs)} of them have an "
            f"intent to compare with. Model `{engine.folder.hash[:16]}`, fed with {engine.folder.reads}, "
            f"writes {'intents alone' if engine.folder.writes == 'intent' else 'intents and views'}."
        )
        text = report.page(rows, items, about) + "\n\nIntents, every nth:\n\n" + report.examples(items)
        if verdicts:
            text += "\n\nWhat readers of the code said, by the model's confidence:\n\n" + truth.table(items, verdicts)
        store.write_lines(folder / "items.jsonl", (report.item_record(i) for i in items))
        store.write_lines(folder / VIEWS, (report.view_record(i) for i in items))
        store.write_json(folder / "figures.json", {"model": engine.folder.hash, "rows": rows})
        store.write(folder / "report.md", text + "\n")
        report.plot(folder / "flow-against-view.png", items)
        if arguments.card:
            report.put(Path(arguments.card), text)
    if not arguments.quiet:
        print(report.table(list(report.PERCENT & rows["model"].keys()), {"model": rows["model"]}, ""))
    return 0


def _asked(
    arguments: argparse.Namespace,
    folder: Path,
    name: str,
    place: str,
    pairs: Sequence[Pair],
    like: Engine | None = None,
) -> tuple[list[Item], Engine]:
    """(items, the engine, closed). `like`: whose prompts it gets; a model without training has none of its own."""
    from aiccl_converter.model.engine import Engine

    engine = Engine(place, threads=arguments.threads)
    try:
        if like is not None:
            engine.decoder()  # reads the manifest
            engine.folder = replace(engine.folder, reads=like.folder.reads, writes=like.folder.writes)
        told = ask.answers(folder, _file(name), engine, pairs, quiet=arguments.quiet)
    finally:
        engine.close()
    model = engine.folder
    least, writes, weights = model.least_confidence, model.writes, model.trust
    return [measure.judge(p, told.get(p.id), least, writes, weights) for p in pairs], engine


def _file(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name)


def _figures(items: Sequence[Item]) -> dict[str, float]:
    compared = [i for i in items if i.pair.intent]
    found = measure.figures(items)
    found["retrieval"] = measure.retrieval(compared, [i.intent for i in compared])
    found["retrieval before checking"] = measure.retrieval(compared, [i.raw_intent for i in compared])
    return found


def _others(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    found = [(BASE, arguments.base)] if arguments.base else []
    for named in arguments.also:
        name, sign, place = named.partition("=")
        if not (name and sign and place):
            raise BadData(f"--also {named!r}: NAME=DIR is expected, such as --also 'fed with code=models/code'")
        found.append((name, place))
    return found


def _consistency(arguments: argparse.Namespace, folder: Path, held: Sequence[Pair]) -> dict[str, float]:
    pairs = further.twins(ask.chosen(held, 0), arguments.twins)
    items, _ = _asked(arguments, folder, "twins", arguments.model, [p for two in pairs for p in two])
    return further.consistency(list(zip(items[::2], items[1::2], strict=True)))


def _expansion(arguments: argparse.Namespace, folder: Path, items: Sequence[Item]) -> dict[str, float]:
    codes = expanding.known(Path(arguments.expansions)) if arguments.expansions else {}
    if arguments.expand:
        if not arguments.expander:
            raise BadData("--expand: say which Claude model is to write the code, with --expander")
        some = [further.shown_pair(item) for item in items[: arguments.expand]]
        with Progress(folder, "expand", len(some), quiet=arguments.quiet) as progress:
            codes.update(expanding.expand(arguments, folder, arguments.expander, some, progress))
    return further.expansion(items, codes) if codes else {}


def _without_model(pairs: Sequence[Pair], items: Sequence[Item]) -> dict[str, dict[str, float]]:
    compared = [i for i in items if i.pair.intent]
    plain = measure.figures([measure.judge(p, None) for p in pairs])
    return {
        "compiler alone": {k: plain[k] for k in ("functions", "invented after checking", "ratio")},
        "outline": {
            "functions": len(pairs),
            "ratio": sum(i.source_tokens for i in items) / sum(count(measure.outline(p)) for p in pairs),
        },
        "people's docs": {
            "functions": len(compared),
            "retrieval": measure.retrieval(compared, [i.pair.intent for i in compared]),
        },
    }
