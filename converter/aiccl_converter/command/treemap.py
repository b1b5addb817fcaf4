"""The treemap of `aiccl stats --html`: one page with its data, style and script in it, which asks no network for
anything.

`treemap.html` is the page; the counts go into it as JSON: a node is [name, kind, [tokens], children, line].
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .census import LEVELS, Node

MARK = "{{DATA}}"


def page(root: Node, tokenizer: str) -> str:
    """The HTML."""
    data = json.dumps(
        {"tokenizer": tokenizer, "levels": LEVELS, "root": _packed(root)}, ensure_ascii=False, separators=(",", ":")
    )
    # Within <script> nothing may look like a tag, whatever a file is called.
    for character in "<>&\u2028\u2029":
        data = data.replace(character, f"\\u{ord(character):04x}")
    template = (Path(__file__).parent / "treemap.html").read_text(encoding="utf-8")
    return template.replace(MARK, data)


def _packed(node: Node) -> list[Any]:
    return [node.name, node.kind, node.tokens, [_packed(child) for child in node.children], node.line]
