"""`aiccl stats PATH...`:

tokens of folders, files and chunks, as they are and at each level; a table, JSON, or a treemap in HTML.
"""

from __future__ import annotations

import argparse

from . import batch, census, options, output, render, say

COLUMNS = ("source", *census.LEVELS)
HEADINGS = {"source": "SOURCE", "exact": "EXACT", "flow": "FLOW", "outline": "OUTLINE"}


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.paths(parser)
    options.formats(parser, "text", "markdown", "json")
    options.output(parser)
    options.completes(
        parser.add_argument(
            "--html", metavar="FILE", help="write a treemap to FILE too, one page that needs no network"
        )
    )
    parser.add_argument("--depth", type=options.positive, metavar="N", help="show N levels of folders and files")
    parser.add_argument("--chunks", action="store_true", help="show the chunks of each file too")
    options.tokenizer(parser)
    options.language(parser)
    options.work(parser)


def run(arguments: argparse.Namespace) -> int:
    """Convert at every level, count, write."""
    with_chunks = arguments.chunks or arguments.html is not None or arguments.format == "json"
    counted = batch.run(arguments, census.LEVELS, views=with_chunks)
    root = census.tree(counted.outcomes)
    if arguments.html is not None:
        from . import treemap

        output.write(treemap.page(root, arguments.tokenizer), arguments.html)
        if not arguments.quiet:
            say.note(f"treemap: {arguments.html}")
    # The page on standard output leaves no room for a table.
    if arguments.html != "-":
        output.write(_rendered(root, arguments), arguments.output)
    return counted.exit_code


def _rendered(root: census.Node, arguments: argparse.Namespace) -> str:
    if arguments.format == "json":
        return render.dumps({"schema": render.SCHEMA, "tokenizer": arguments.tokenizer, **census.record(root)})
    rows = list(_rows(root, arguments.depth, arguments.chunks))
    if arguments.format == "markdown":
        return _markdown(rows, arguments.tokenizer)
    return _text(rows, arguments.tokenizer)


def _rows(root: census.Node, depth: int | None, chunks: bool) -> list[tuple[int, census.Node]]:
    """Nodes with their depth, the total last."""
    rows: list[tuple[int, census.Node]] = []
    stack = [(0, child) for child in reversed(root.children)]
    while stack:
        level, node = stack.pop()
        rows.append((level, node))
        if (depth is None or level + 1 < depth or node.kind == "file") and (chunks or node.kind == "folder"):
            stack.extend((level + 1, child) for child in reversed(node.children))
    return [*rows, (0, root)]


def _cells(node: census.Node) -> list[str]:
    """The counts, each level's with how many times fewer that is."""
    cells = [f"{node.tokens[0]:,}"]
    for count in node.tokens[1:]:
        cells.append(f"{count:,} {census.times(node.tokens[0], count):>5.2f}x")
    return cells


def _text(rows: list[tuple[int, census.Node]], tokenizer: str) -> str:
    table = [[f"tokens, {tokenizer}", *(HEADINGS[column] for column in COLUMNS)]]
    table += [["  " * level + census.label(node), *_cells(node)] for level, node in rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = []
    for name, *cells in table:
        right = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        lines.append(f"{name:<{widths[0]}}  {right}".rstrip())
    lines.insert(-1, "-" * (sum(widths) + 2 * (len(widths) - 1)))
    return "\n".join(lines) + "\n"


def _markdown(rows: list[tuple[int, census.Node]], tokenizer: str) -> str:
    lines = [f"| tokens, {tokenizer} | " + " | ".join(COLUMNS) + " |", "|---|" + "---:|" * len(COLUMNS)]
    for level, node in rows:
        name = census.label(node).replace("|", "\\|").replace("`", "'")
        lines.append(f"| {'&nbsp;&nbsp;' * level}`{name}` | " + " | ".join(_cells(node)) + " |")
    return "\n".join(lines) + "\n"
