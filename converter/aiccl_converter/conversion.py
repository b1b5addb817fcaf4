"""One text to one result: parse, lower, restate, check, print.

Contract: `convert` never fails on odd code. What cannot be lowered or does not pass the check is shown at the next
safer
level, and the result says so. The document holds each unit once; the views of chunks are printed from the same trees.
Whatever a source holds, the text of a flow or outline parses as AICCL.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from aiccl_converter.compiler.compile import Compiled, Outcome, compile_steps
from aiccl_converter.compiler.holders import parts
from aiccl_converter.compiler.odd import odd
from aiccl_converter.language.printer import print_members, print_unit
from aiccl_converter.language.tree import Class, Func, Node, Route, walk
from aiccl_converter.levels.outline import outline
from aiccl_converter.source.chunks import chunk_tree
from aiccl_converter.source.grammars import parse
from aiccl_converter.source.language import Language
from aiccl_converter.source.language import language as language_table
from aiccl_converter.source.lower import lower_file, lower_part, lower_unit
from aiccl_converter.source.wrap import parse_fragment
from aiccl_converter.views import FileResult, View

if TYPE_CHECKING:
    from tree_sitter import Tree

    from aiccl_converter.model.writer import Writer
    from aiccl_converter.source.chunk import Chunk

SMALL = 50
"""Tokens of source below which a chunk is shown as it is: there is nothing to gain."""
MOST_WORK = 30
"""How many times its own size a file is converted again for chunks inside each other, at most."""
Count = Callable[[str], int]


def convert(
    data: bytes,
    language: str,
    level: str,
    path: str | None,
    count: Count,
    tokenizer: str,
    rules: bool = True,
    views: bool = True,
    careful: bool = False,
    writer: Writer | None = None,
) -> FileResult:
    """See `AICCLConverter.convert_to_aiccl`. `careful`: the source is known to be odd, so that all of the view is read
    back. `writer`: a local model, which gives functions their intent and a shorter flow where it can."""
    table = language_table(language)
    source = data.decode("utf-8", "replace")
    source_tokens = count(source)
    if level == "exact":
        return _exact(data, source, table.name, path, count, tokenizer, source_tokens, views)
    fragment = parse_fragment(data, table.name) if path is None else None
    if fragment is not None and fragment.offset:
        tree, whole, offset = fragment
        steps, deep = lower_part(fragment, table.name, len(data))
    else:
        tree, whole, offset = parse(data, table.name), data, 0
        steps, deep = lower_file(tree, whole, table.name)
    wrong = tree.root_node.has_error
    found = chunk_tree(tree, whole, table) if views or wrong or writer is not None or level == "outline" else []
    if level == "outline":
        compiled = Compiled(outline(steps, {chunk.node_start: chunk.doc for chunk in found}))
    else:
        broken = frozenset(chunk.node_start for chunk in found if chunk.broken) if wrong else frozenset()
        compiled = compile_steps(steps, table.name, broken=broken)
    if wrong:
        _add_recovered(compiled, found, level, table.name)
    if writer is not None and level == "flow":
        writer.improve(compiled, found, table.name)
    body = _printed(compiled.steps, path)
    if careful or deep or wrong or odd(body, compiled.steps):
        from aiccl_converter.compiler.readable import make_readable

        make_readable(compiled)
        body = _printed(compiled.steps, path)
    mapped = ""
    if rules and level == "flow" and path is not None:
        from aiccl_converter.compiler.filerules import factor

        mapped, shown = factor(compiled.steps, count, body)
        if mapped:
            mapped, body = printable(mapped), print_members(shown)
    body = printable(body)
    text = document(body, table.name, path, level, mapped) if path is not None else body
    outlined = sum(o.made_by == "outline" for o in compiled.outcomes.values())
    result = FileResult(
        path,
        table.name,
        level,
        text,
        mapped,
        [],
        source_tokens,
        count(text),
        compiled.score,
        tokenizer,
        None,
        outlined,
        sum(o.weight > 0 for o in compiled.outcomes.values()),
    )
    if views:
        _add_views(result, compiled, body, found, tree, whole, offset, len(data), table, count)
    return result


def _printed(steps: list[Node], path: str | None) -> str:
    """The body: a fragment that is one unit stands alone, a file's units stand one below the other."""
    return print_unit(steps[0]) if path is None and len(steps) == 1 else print_members(steps)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]|\r(?!\n)")


def printable(text: str) -> str:
    """Control characters, which only odd sources hold, as escapes: no view has any."""
    if _CONTROL.search(text) is None:
        return text
    return _CONTROL.sub(lambda m: f"\\x{ord(m[0]):02x}" if ord(m[0]) < 256 else f"\\u{ord(m[0]):04x}", text)


_NO_ATTRIBUTE = re.compile(r'[\x00-\x1f\x7f"<>\ud800-\udfff]')


def document(body: str, language: str, path: str | None, level: str, mapped: str) -> str:
    """The envelope: a map where there is one, and the code block."""
    place = ""
    if path:
        place = f' path="{_NO_ATTRIBUTE.sub(lambda m: f"%{ord(m[0]):02X}", path)}"'
    head = f"<comp:map>\n{mapped}\n</comp:map>\n" if mapped else ""
    return f'{head}<comp:code lang="{language}"{place} level="{level}">\n{body}\n</comp:code>\n'


# --- the views of chunks ---------------------------------------------------------------------------------------


def _add_views(
    result: FileResult,
    compiled: Compiled,
    body: str,
    found: list[Chunk],
    tree: Tree,
    whole: bytes,
    offset: int,
    length: int,
    table: Language,
    count: Count,
) -> None:
    """A view for every chunk of the given text, the module first."""
    by_place = _places(compiled.steps)
    work = MOST_WORK * length
    kept = [c for c in found if c.kind == "module" or (c.start_byte >= offset and c.end_byte - offset <= length)]
    for given, chunk in zip(kept, _in_fragment(kept, found, whole, offset, length), strict=True):
        outcome = compiled.outcomes.get(given.node_start, Outcome())
        if given.kind == "module":
            outcome = Outcome(score=compiled.score, left_out=tuple(compiled.left_out))
            shown = body
        elif (node := by_place.get(given.node_start)) is not None:
            shown = printable(print_unit(node))
        elif result.level == "outline" or given.broken or (work := work - len(given.code)) < 0:
            shown = ""
        else:
            shown, outcome = _alone(given, tree, whole, table)
        if not shown and given.kind != "module":
            shown, outcome = chunk.code, Outcome("source")
        result.views.append(_view(chunk, result.level, shown, outcome, count))


def _add_recovered(compiled: Compiled, found: list[Chunk], level: str, language: str) -> None:
    """Healthy units that an unclosed bracket hid from the file's own tree, put where they belong."""
    placed = _places(compiled.steps)
    shown: set[int] = set()
    for index, chunk in enumerate(found):
        if chunk.parent is None or chunk.broken or chunk.node_start in placed:
            continue
        if chunk.parent in shown or found[chunk.parent].node_start in placed or not found[chunk.parent].broken:
            continue
        steps = _located(lower_unit(chunk.code, language), chunk.node_start)
        if level == "outline":
            part = Compiled(outline(steps, {chunk.node_start: chunk.doc}))
        else:
            part = compile_steps(steps, language)
        shown.add(index)
        at = next((i for i, s in enumerate(compiled.steps) if _start(s) > chunk.node_start), len(compiled.steps))
        compiled.steps[at:at] = part.steps
        compiled.outcomes.update(part.outcomes)


def _located(steps: list[Node], start: int) -> list[Node]:
    """The first unit of some steps as one that starts there; what stands in it keeps no place."""
    for step in steps:
        unit = step.func if isinstance(step, Route) else step
        if isinstance(unit, (Func, Class)):
            for node in walk(step):
                node.pos = -1
            unit.pos = start
            return [step]
    return []


def _start(step: Node) -> int:
    return step.func.pos if isinstance(step, Route) else step.pos


def _places(steps: list[Node]) -> dict[int, Node]:
    """Units (also those in classes) by their offset in the source."""
    out: dict[int, Node] = {}
    stack = list(steps)
    while stack:
        node = stack.pop()
        if isinstance(node, Route):
            out[node.func.pos] = node
        elif isinstance(node, Func):
            out[node.pos] = node
            stack.extend(s for s in node.body or () if isinstance(s, (Func, Class)))
        elif isinstance(node, Class):
            out[node.pos] = node
            stack.extend(node.members)
        else:
            for inner in parts(node):
                stack.extend(inner)
    return out


def _alone(chunk: Chunk, tree: Tree, whole: bytes, table: Language) -> tuple[str, Outcome]:
    """The view of a chunk that the file's own view holds within an expression or folded away; empty for none."""
    from aiccl_converter.source.lower import lower_node

    node = tree.root_node.descendant_for_byte_range(chunk.node_start, chunk.node_end)
    while node is not None and node.type != chunk.node_kind and node.parent is not None:
        node = node.parent
        if (node.start_byte, node.end_byte) != (chunk.node_start, chunk.node_end):
            return "", Outcome()
    if node is None:
        return "", Outcome()
    try:
        compiled = compile_steps(lower_node(node, whole, table.name), table.name)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return "", Outcome()  # an entry that only knows the node where it stands
    from aiccl_converter.compiler.readable import reads_back

    if not reads_back(compiled.steps):
        return "", Outcome()
    outcome = next(iter(compiled.outcomes.values()), Outcome())
    units = [s for s in compiled.steps if isinstance(s, (Func, Class, Route))]
    alone = len(compiled.steps) == len(units) == 1
    return printable(print_unit(units[0]) if alone else print_members(compiled.steps)), outcome


def _in_fragment(kept: list[Chunk], found: list[Chunk], whole: bytes, offset: int, length: int) -> list[Chunk]:
    """Chunks as they stand in the fragment that was given, not in the text that was put around it."""
    if not offset:
        return kept
    import hashlib

    head = whole[:offset].decode("utf-8", "replace")
    lines = head.count("\n")
    columns = len(head[head.rfind("\n") + 1 :].encode("utf-16-le")) // 2
    at = {id(chunk): index for index, chunk in enumerate(kept)}
    own = whole[offset : offset + length]
    text = own.decode("utf-8", "replace")
    last = text[text.rfind("\n") + 1 :]
    out: list[Chunk] = []
    for chunk in kept:
        if chunk.kind == "module":
            out.append(
                replace(
                    chunk,
                    start_byte=0,
                    end_byte=length,
                    start_line=0,
                    end_line=text.count("\n"),
                    start_utf16=0,
                    end_utf16=len(last.encode("utf-16-le", "surrogatepass")) // 2,
                    hash=hashlib.sha256(own).hexdigest(),
                    code=text,
                    node_start=0,
                    node_end=length,
                )
            )
            continue
        parent = chunk.parent
        while parent is not None and id(found[parent]) not in at:
            parent = found[parent].parent
        outer = at[id(found[parent])] if parent is not None else 0
        surroundings = ""
        if not outer and chunk.parent is not None:
            surroundings = found[chunk.parent].qualified_name
        elif outer:
            prefix, own_outer = found[parent].qualified_name, out[outer].qualified_name  # type: ignore[index]
            surroundings = prefix[: len(prefix) - len(own_outer)].rstrip(".")
        name = chunk.qualified_name
        if surroundings and name.startswith(surroundings + "."):
            name = name[len(surroundings) + 1 :]
        out.append(
            replace(
                chunk,
                qualified_name=name,
                start_byte=chunk.start_byte - offset,
                end_byte=chunk.end_byte - offset,
                start_line=chunk.start_line - lines,
                end_line=chunk.end_line - lines,
                start_utf16=chunk.start_utf16 - (columns if chunk.start_line == lines else 0),
                end_utf16=chunk.end_utf16 - (columns if chunk.end_line == lines else 0),
                parent=outer,
                node_start=chunk.node_start - offset,
                node_end=chunk.node_end - offset,
            )
        )
    return out


def _view(chunk: Chunk, level: str, text: str, outcome: Outcome, count: Count) -> View:
    source_tokens = count(chunk.code)
    tokens = count(text)
    made_by = outcome.made_by
    if level == "flow" and (tokens >= source_tokens or (source_tokens < SMALL and chunk.kind != "module")):
        text, tokens, made_by = chunk.code, source_tokens, "source"
        outcome = Outcome()
    return View(
        chunk,
        level,
        text,
        made_by,
        outcome.score,
        outcome.invented,
        outcome.left_out,
        outcome.rules,
        tokens,
        source_tokens,
    )


# --- the exact level -------------------------------------------------------------------------------------------


def _exact(
    data: bytes,
    source: str,
    language: str,
    path: str | None,
    count: Count,
    tokenizer: str,
    source_tokens: int,
    views: bool,
) -> FileResult:
    from aiccl_converter.levels.exact import compress

    body = compress(data, language)
    text = document(body, language, path, "exact", "") if path is not None else body
    result = FileResult(path, language, "exact", text, "", [], source_tokens, count(text), 1.0, tokenizer)
    if views:
        fragment = parse_fragment(data, language) if path is None else None
        tree, whole, offset = fragment or (parse(data, language), data, 0)
        found = chunk_tree(tree, whole, language_table(language))
        kept = [c for c in found if c.kind == "module" or (c.start_byte >= offset and c.end_byte - offset <= len(data))]
        work = MOST_WORK * len(data)
        for chunk in _in_fragment(kept, found, whole, offset, len(data)):
            outcome = Outcome()
            if chunk.kind == "module":
                short = body
            elif (work := work - len(chunk.code)) < 0:
                short, outcome = chunk.code, Outcome("source")
            else:
                short = compress(chunk.code.encode("utf-8", "surrogatepass"), language)
            result.views.append(_view(chunk, "exact", short, outcome, count))
    return result
