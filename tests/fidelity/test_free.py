"""Views written freely: what they may restate, and which faults still show.

Contract: every sound view passes, and the same view with one fault fails for the reason named.
"""

from __future__ import annotations

import pytest
from aiccl_converter.fidelity import check

HELD = """
def kept(items, allowed):
    out = []
    for item in items:
        if allowed.includes(item):
            out.append(item)
    return out
"""
SIEVE = "function open(orders) {\n  return orders.filter(o => o.paid).map(o => o.number);\n}\n"
TYPES = """
def bad(tags):
    return [Issue(tag) for tag in tags if not isinstance(tag, str) or not pattern.match(tag)]
"""
CHOSEN = """
def show(page, wide):
    if wide:
        page.draw(WideLayout(page))
    else:
        page.draw(NarrowLayout(page))
"""
TWICE = """
def close(pool):
    release(pool.readers)
    release(pool.writers)
"""
LABELS = """
def link(ref):
    if ref.page:
        return {"target": "page", "number": ref.page}
    return {"address": ref.address}
"""
KEYS = "function link(ref) {\n  return {target: ref.page, address: ref.url};\n}\n"
BOTH = """
def join(rows, skipped):
    for left, right in rows:
        if any(x.owner.number in skipped for x in [left, right]):
            continue
        if left.touches(right):
            merge(left, right)
"""
WRITES = """
def __init__(self, title=None, size=None):
    if title:
        self.title = title
    self.size = size
"""
SHARED = """
def start(run):
    if run.mode == Mode.FAST or run.mode == Mode.SAFE:
        run.prepare()
        return run.execute()
    raise StartError(run)
"""


@pytest.mark.parametrize(
    ("source", "view", "language"),
    [
        (HELD, "kept(items,allowed)\n^[i for i in items if i in allowed]", "python"),
        (SIEVE, "open(orders)\n^[o.number for o in orders if o.paid]", "javascript"),
        (TYPES, "bad(tags)\n^[Issue(tag) for tag in tags if not str or not pattern.match(tag)]", "python"),
        (CHOSEN, "show(page,wide)\npage.draw(wide?WideLayout(page):NarrowLayout(page))", "python"),
        (TWICE, "close(pool)\nrelease(pool.readers) and the writers", "python"),
        (LABELS, 'link(ref)\n^ref.page?{"target":"page","number":ref.page}:{"address":ref.address}', "python"),
        (
            BOTH,
            "join(rows,skipped)\nleft,right<-rows{neither owner.number in skipped and left.touches(right)?merge(left,right)}",
            "python",
        ),
        (WRITES, "__init__(title=None,size=None)\ntitle?.title=title;.size=size", "python"),
        (SHARED, "start(run)\nrun.mode FAST or SAFE?{run.prepare();^run.execute()}\n^!StartError(run)", "python"),
    ],
)
def test_sound(source: str, view: str, language: str) -> None:
    report = check(source, view, language)
    assert report.passed, str(report)


@pytest.mark.parametrize(
    ("source", "view", "language", "kind"),
    [
        (HELD, "kept(items,allowed)\n^[i for i in items if i not in allowed]", "python", "test-flipped"),
        (SIEVE, "open(orders)\n^[o.number for o in orders if !o.paid]", "javascript", "test-flipped"),
        (TYPES, "bad(tags)\n^[Issue(tag) for tag in tags if str or !pattern.match(tag)]", "python", "-flipped"),
        (CHOSEN, "show(page,wide)\npage.draw(wide?NarrowLayout(page):WideLayout(page))", "python", "-flipped"),
        (TWICE, "close(pool)\nrelease(pool.readers)", "python", "lost-step"),
        (
            LABELS,
            'link(ref)\n^ref.page?{"target":"page","number":ref.page}:{"target":ref.address}',
            "python",
            "literal-exchanged",
        ),
        (KEYS, "link(ref)\n^[{address:ref.page},{address:ref.url}]", "javascript", "key-exchanged"),
        (
            BOTH,
            "join(rows,skipped)\n"
            "left,right<-rows{not (neither owner.number in skipped and left.touches(right))?merge(left,right)}",
            "python",
            "-flipped",
        ),
        (WRITES, "__init__(title=None,size=None)\ntitle|.title=title;.size=size", "python", "write-flipped"),
        (
            SHARED,
            "start(run)\nnot (run.mode FAST or SAFE)?{run.prepare();^run.execute()}\n^!StartError(run)",
            "python",
            "-flipped",
        ),
    ],
)
def test_faulty(source: str, view: str, language: str, kind: str) -> None:
    report = check(source, view, language)
    assert not report.passed
    assert any(kind in f.kind for f in report.findings), str(report)


def test_a_source_shares_no_subject() -> None:
    """`x is A || flag` asks for two things in code, whatever a hand-written view may mean by such words."""
    source = "bool Open(object x) {\n  if (x is Door || forced) { Push(x); }\n  return done;\n}\n"
    view = "Open(x)\nx is Door or .forced?Push(x)\n^.done"
    assert check(source, view, "csharp").passed
    assert not check(source.replace("|| forced", "|| !forced"), view, "csharp").passed
