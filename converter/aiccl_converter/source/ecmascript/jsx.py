"""Markup in JavaScript and TypeScript: elements, attributes, text.

Contract: entries of lowering tables. Text is what a browser shows: blanks around line breaks go, as compilers of JSX
have it. An attribute that is set has a `Name`, others are `Arg`; `{/* comment */}` and `{" "}` say nothing.
"""

from __future__ import annotations

from aiccl_converter.language.tree import Arg, Element, Name, Node, Spread, Str
from aiccl_converter.source.lowering import Lowering, Syntax, last, one_line, squeeze


def element(lw: Lowering, node: Syntax) -> Node:
    """`<a x={1}>..</a>`, `<a/>`, `<>..</>`."""
    opening = node if node.type == "jsx_self_closing_element" else node.child_by_field_name("open_tag")
    tag = opening.child_by_field_name("name")
    attrs = [attribute(lw, c) for c in opening.children_by_field_name("attribute") if c.is_named]
    kids = [] if opening is node else children(lw, node)
    return Element(squeeze(lw.text(tag)) if tag is not None else "", attrs, kids)


def attribute(lw: Lowering, node: Syntax) -> Node:
    """`name`, `name="text"`, `name={value}`, `{...props}`."""
    kids = lw.named(node)
    if node.type == "jsx_expression":
        return lw.expr(kids[0]) if kids else Name("")
    name = lw.text(kids[0])
    if len(kids) == 1:
        return Name(name)
    value = kids[1]
    if value.type == "jsx_expression":
        return Arg(name, expression(lw, value) or Name("undefined"))
    if value.type == "string":
        return Arg(name, Str(quoted(lw.text(value)[1:-1]) if "{" in lw.text(value) else one_line(lw.text(value))))
    return Arg(name, lw.expr(value))


def expression(lw: Lowering, node: Syntax) -> Node | None:
    """`{value}`, None for a comment."""
    kids = lw.named(node)
    return lw.expr(kids[0]) if kids else None


def children(lw: Lowering, node: Syntax) -> list[Node]:
    """What stands between the tags."""
    out: list[Node] = []
    text: list[str] = []

    def flush() -> None:
        shown = visible("".join(text))
        text.clear()
        if shown:
            out.append(Str(quoted(shown)))

    for child in node.named_children:
        kind = child.type
        if kind == "jsx_text" or kind == "html_character_reference":
            text.append(lw.text(child))
        elif kind == "jsx_expression":
            flush()
            value = expression(lw, child)
            if value is not None and not (isinstance(value, Str) and not value.text[1:-1].strip()):
                out.append(value)
        elif kind not in ("jsx_opening_element", "jsx_closing_element"):
            flush()
            out.append(lw.expr(child))
    flush()
    return out


def visible(text: str) -> str:
    """Text as it is shown: lines trimmed where they meet, empty ones gone."""
    if "\n" not in text:
        return text if text.strip() else ""
    lines = text.split("\n")
    kept = []
    for at, line in enumerate(lines):
        if at:
            line = line.lstrip()
        if at < len(lines) - 1:
            line = line.rstrip()
        if line.strip():
            kept.append(line)
    return " ".join(kept)


def quoted(text: str) -> str:
    """Text in quotes, double ones unless it holds some."""
    text = text.replace("\t", " ").replace("\\", "\\\\")
    if '"' not in text and "{" not in text:
        return f'"{text}"'
    return f"'{text}'" if "'" not in text else '"' + text.replace('"', '\\"') + '"'


def spread_expression(lw: Lowering, node: Syntax) -> Node:
    """`{...props}` where an expression stands."""
    kids = lw.named(node)
    if len(kids) == 1:
        return lw.expr(kids[0])
    return Spread("...", last(lw, node))
