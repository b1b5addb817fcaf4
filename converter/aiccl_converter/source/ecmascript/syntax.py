"""What the lowering of JavaScript and TypeScript asks of a syntax node before it makes anything of it.

Contract: sets of node kinds, and pure functions from a node to a node or a text.
"""

from __future__ import annotations

import re

from aiccl_converter.source.lowering import Lowering, Syntax, squeeze

FUNCTION_KINDS = frozenset({"arrow_function", "function_expression", "generator_function"})
SEE_THROUGH = frozenset(
    {"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "type_assertion"}
)
"""Wrappers that mean what is in them."""
STEP_KINDS = frozenset({"assignment_expression", "augmented_assignment_expression", "sequence_expression"})


def uncovered(node: Syntax) -> Syntax:
    """The expression inside parentheses and casts."""
    while node.type in SEE_THROUGH:
        kid = next((c for c in node.named_children if c.type != "comment"), None)
        if kid is None:
            return node
        if node.type == "type_assertion":
            kid = node.named_children[-1]
        node = kid
    return node


def sequence_items(lw: Lowering, node: Syntax) -> list[Syntax]:
    out: list[Syntax] = []
    stack = [node]
    while stack:
        top = stack.pop()
        if top.type == "sequence_expression":
            stack.extend(reversed(lw.named(top)))
        else:
            out.append(top)
    return out


_COMMA_END = re.compile(r",([}\]])")
_AROUND = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)|\s*(=>|[=!]==?|[=:])\s*""")


def pattern_text(lw: Lowering, node: Syntax) -> str:
    """A destructuring pattern on one line."""
    text = _COMMA_END.sub(r"\1", squeeze(lw.without_comments(node)))
    return _AROUND.sub(lambda m: m.group(1) or m.group(2), text)
