"""The check of a view against its source.

Contract: `check(source, view, language)` for texts, `compare(source, view)` for what is lowered or read already. Both
give a `Report` and never raise on odd input: a view that cannot be read fails with the reason in `Report.error`.
"""

from __future__ import annotations

from collections.abc import Collection

from aiccl_converter.fidelity import hooks
from aiccl_converter.fidelity.align import Alignment
from aiccl_converter.fidelity.facts import extract
from aiccl_converter.fidelity.invented import Known, invented
from aiccl_converter.fidelity.model import CALL, RAISE, Facts
from aiccl_converter.fidelity.report import THRESHOLD, Finding, Report
from aiccl_converter.fidelity.score import Kept
from aiccl_converter.fidelity.words import bare
from aiccl_converter.fidelity.written import meant
from aiccl_converter.language.tree import Node
from aiccl_converter.source.tails import returning_unit

HARMLESS = frozenset(
    """
    lost-loop lost-value lost-figure lost-pattern lost-outcome lost-mark call-arg-less call-loop-less over-less
    """.split()
)
"""The kinds of findings that only lower the score."""


def check(source: str, view: str, language: str) -> Report:
    """Checks a view's text against a chunk's source text, or a file's document against the file."""
    from aiccl_converter.compiler import lower_unit
    from aiccl_converter.fidelity.document import check_document, is_document

    if is_document(view):
        return check_document(source, view, language)

    try:
        tree = lower_unit(source, language)
    except Exception as error:  # the source is not at fault for what a table does not know
        return Report(0.0, error=f"the source could not be read: {error}")
    return compare(plain_source(tree, language), view, language, source_text=source)


def plain_source(tree: Node | list[Node], language: str) -> Node | list[Node]:
    """A lowered source through its language's own equivalences (`Rule.normal`): what a view is compared with."""
    from aiccl_converter.compiler.rules import normal_engine

    normal = normal_engine(language)
    if normal is None:
        return tree
    try:
        return normal.run_steps(tree)[0] if isinstance(tree, list) else normal.run(tree)[0]
    except Exception:  # a rule at fault costs its equivalence, not the check
        return tree


def compare(
    source: Node | list[Node] | Facts,
    view: Node | list[Node] | Facts | str,
    language: str = "",
    *,
    source_text: str = "",
    stated: Collection[str] = (),
    view_text: str = "",
    free: bool = False,
) -> Report:
    """Checks a view against a lowered source. `stated` names facts that a restatement rule states for the view, as
    they stand in `Report.missing` (`call toString`) or by name alone. `free` says that a view given as a tree was
    written by hand or by a model, which a text is taken to be."""
    mine = source if isinstance(source, Facts) else extract(source)
    if isinstance(view, str):
        from aiccl_converter.language.errors import ParseError
        from aiccl_converter.language.parser import parse_unit

        view_text = view_text or view
        free = True
        try:
            view = parse_unit(view)
        except (ParseError, RecursionError) as error:
            return Report(0.0, error=f"the view could not be read: {error}")
    text = view_text
    if free and not isinstance(view, (Facts, str)) and view is not source:
        view = meant(view, language == "ruby", any(e.kind == RAISE for e in mine.events))
    if language in hooks.LANGUAGES and not isinstance(view, (Facts, str)) and view is not source:
        view = hooks.plain(view)
    if language == "ruby" and not isinstance(view, (Facts, str)) and view is not source:
        # What a Ruby method's last step gives is returned, marked or not.
        view = [returning_unit(u) for u in view] if isinstance(view, list) else returning_unit(view)
    assert not isinstance(view, str)
    theirs = (
        view
        if isinstance(view, Facts)
        else mine
        if view is source
        else extract(view, fields(mine), free, globals_of(mine))
        if free
        else extract(view)
    )
    if not view_text:
        view_text = " ".join(bare(w) for w in theirs.words)
    align = Alignment(mine, theirs, text, free)
    findings = align.findings() if theirs is not mine else []
    kept = Kept(align.source, align.view, stated, view_text, align.loose).run()
    made_up = invented(theirs, Known(mine, source_text)) if theirs is not mine else []
    everything = [*findings, *kept.lost]
    return Report(
        score=kept.score,
        invented=tuple(made_up),
        missing=tuple(kept.missing),
        contradictions=tuple(f.text for f in everything if fatal(f)),
        findings=tuple(everything),
        facts=kept.count,
        weight=kept.total,
        threshold=THRESHOLD,
    )


def fields(source: Facts) -> frozenset[str]:
    """Names that a source has as members only: a view may write them without the dot."""
    bound = {w for w in source.words if w[0] not in '."#'}
    for place in source.places:
        bound.update(place.unit.defs)
    bound.update(e.name for e in source.events if e.kind == CALL)
    texts = {i for _, i in source.texts}
    found = {w[1:] for i, w in enumerate(source.words) if w[0] == "." and i not in texts and w[1:].isidentifier()}
    return frozenset(found - bound)


def globals_of(source: Facts) -> frozenset[str]:
    """Names that a source uses bare and does not bind: they are given to nothing by a view."""
    bound: set[str] = set()
    for place in source.places:
        bound.update(place.unit.defs)
    return frozenset({w for w in source.words if w[0] not in '."#'} - bound)


def fatal(finding: Finding) -> bool:
    """True for what fails a view however much of the rest it states."""
    return finding.kind not in HARMLESS
