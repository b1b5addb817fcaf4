"""One text to one result: parse, lower, restate, check, print.

Contract: `convert` never fails on odd code. What cannot be lowered or does not pass the check is shown at the next safer
level, and the result says so. The document holds each unit once; the views of chunks are printed from the same trees.
"""

from __future__ import annotations

from collections.abc import Callable

from aiccl_converter.compiler.compile import Compiled, Outcome, compile_steps
from aiccl_converter.language.printer import print_steps, print_unit
from aiccl_converter.language.tree import Class, Func, Node, Route
from aiccl_converter.levels.outline import outline
from aiccl_converter.source.chunks import chunk_tree
from aiccl_converter.source.language import language as language_table
from aiccl_converter.source.lower import lower_fragment, lower_tree
from aiccl_converter.source.wrap import parse_fragment
from aiccl_converter.views import FileResult, View

SMALL = 50
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
) -> FileResult:
    """See `AICCLConverter.convert_to_aiccl`."""
    table = language_table(language)
    source = data.decode("utf-8", "replace")
    source_tokens = count(source)
    if level == "exact":
        return _exact(data, source, table.name, path, count, tokenizer, source_tokens, views)
    fragment = parse_fragment(data, table.name) if path is None else None
    if fragment is not None and fragment.offset:
        tree, whole, offset = fragment
    else:
        from aiccl_converter.source.grammars import parse

        tree, whole, offset = parse(data, table.name), data, 0
    wrong = tree.root_node.has_error
    found = chunk_tree(tree, whole, table) if views or wrong or level == "outline" else []
    steps = (
        lower_fragment(fragment, table.name, len(data)) if offset and fragment else lower_tree(tree, whole, table.name)
    )
    if level == "outline":
        docs = {chunk.node_start: chunk.doc for chunk in found}
        compiled = Compiled(outline(steps, docs))
    else:
        broken = frozenset(chunk.node_start for chunk in found if chunk.broken) if wrong else frozenset()
        compiled = compile_steps(steps, table.name, broken=broken)
    mapped = ""
    shown = compiled.steps
    if rules and level == "flow" and path is not None:
        from aiccl_converter.compiler.filerules import factor

        mapped, shown = factor(shown, count)
    body = print_steps(shown)
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
        by_place = _places(compiled.steps)
        for chunk in found:
            if chunk.end_byte - offset > len(data) or chunk.start_byte < offset:
                continue
            node = by_place.get(chunk.node_start)
            if node is None and chunk.kind != "module":
                continue
            shown_text = body if node is None else print_unit(node)
            outcome = compiled.outcomes.get(chunk.node_start) or Outcome(score=compiled.score)
            result.views.append(_view(chunk, level, shown_text, outcome, count))
    return result


def document(body: str, language: str, path: str | None, level: str, mapped: str) -> str:
    """The envelope: a map where there is one, and the code block."""
    place = f' path="{path}"' if path else ""
    head = f"<comp:map>\n{mapped}\n</comp:map>\n" if mapped else ""
    return f'{head}<comp:code lang="{language}"{place} level="{level}">\n{body}\n</comp:code>\n'


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
    return out


def _view(chunk, level: str, text: str, outcome: Outcome, count: Count) -> View:  # type: ignore[no-untyped-def]
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
        made_by if level == "flow" else "compiler",
        outcome.score,
        outcome.invented,
        outcome.left_out,
        outcome.rules,
        tokens,
        source_tokens,
    )


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
        from aiccl_converter.source.chunks import chunks

        for chunk in chunks(data, language):
            short = body if chunk.kind == "module" else compress(chunk.code.encode("utf-8", "surrogatepass"), language)
            result.views.append(_view(chunk, "exact", short, Outcome(), count))
    return result
