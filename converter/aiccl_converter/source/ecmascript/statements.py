"""Statements of JavaScript and TypeScript that bind nothing: loops, switches, handlers.

Contract: entries of lowering tables; every one gives a list of steps.
"""

from __future__ import annotations

from aiccl_converter.language.tree import (
    Block,
    Case,
    Coll,
    Each,
    Handler,
    If,
    Jump,
    Loop,
    Name,
    Node,
    Raise,
    Return,
    Switch,
    Try,
    While,
    Word,
    Words,
)
from aiccl_converter.source.ecmascript.syntax import pattern_text, sequence_items, uncovered
from aiccl_converter.source.lowering import Lowering, Syntax, last, squeeze


def expression_statement(lw: Lowering, node: Syntax) -> list[Node]:
    """An expression for its effect; `'use strict'` says nothing."""
    kids = lw.named(node)
    if len(kids) != 1:
        return []
    inside = uncovered(kids[0])
    if inside.type == "string" and lw.text(inside)[1:-1] == "use strict":
        return []
    return lw.step(inside)


def sequence_steps(lw: Lowering, node: Syntax) -> list[Node]:
    """`a, b` as a statement: two steps."""
    return [step for item in sequence_items(lw, node) for step in lw.step(uncovered(item))]


def for_in(lw: Lowering, node: Syntax) -> list[Node]:
    """`for (x of xs)`, `for await`, and `for (k in o)` over an object's keys."""
    left = lw.expr(node.child_by_field_name("left"))
    targets = left.items if isinstance(left, Coll) and left.open == "[" and _plain(left.items) else [left]
    over = lw.expr(node.child_by_field_name("right"))
    op = node.child_by_field_name("operator")
    if op is not None and op.type == "in":
        over = Words([Name("keys"), Name("of"), over])
    body = lw.steps(node.child_by_field_name("body"))
    return [Each(targets, over, body, any(c.type == "await" for c in node.children[:3]))]


def _plain(items: list[Node]) -> bool:
    return len(items) > 1 and all(isinstance(i, Name) for i in items)


def for_loop(lw: Lowering, node: Syntax) -> list[Node]:
    """The three-part loop."""
    init = node.child_by_field_name("initializer")
    test = node.child_by_field_name("condition")
    step = node.child_by_field_name("increment")
    return [
        Loop(
            lw.step(init) if init is not None else [],
            _loop_test(lw, test),
            lw.step(uncovered(step)) if step is not None else [],
            lw.steps(node.child_by_field_name("body")),
        )
    ]


def _loop_test(lw: Lowering, test: Syntax | None) -> Node | None:
    if test is None or test.type in ("empty_statement", ";"):
        return None
    return last(lw, test) if test.type == "expression_statement" else lw.expr(test)


def while_loop(lw: Lowering, node: Syntax) -> list[Node]:
    """`while` and `do while`; `while (true)` has no test."""
    test: Node | None = lw.field(node, "condition")
    if (isinstance(test, Name) and test.id == "true") or getattr(test, "text", "") == "1":
        test = None
    return [While(test, lw.steps(node.child_by_field_name("body")), node.type == "do_statement" and test is not None)]


EXITS = (Return, Raise, Jump)


def switch(lw: Lowering, node: Syntax) -> list[Node]:
    """`switch`: labels of an empty arm join the next; an arm that runs on is marked; `switch (true)` has no subject."""
    cases: list[Case] = []
    labels: list[Node] = []
    default = False
    arms = lw.named(node.child_by_field_name("body"))
    for at, arm in enumerate(arms):
        if arm.type == "switch_default":
            default = True
        else:
            labels.append(lw.expr(arm.child_by_field_name("value")))
        bodies = [c for c in arm.children_by_field_name("body") if c.is_named and c.type not in lw.table.skip]
        if not bodies and at < len(arms) - 1:
            continue
        steps = lw.sequence(bodies[0].named_children if _is_block(bodies) else bodies)
        if steps and isinstance(steps[-1], Jump) and steps[-1].word == "break" and steps[-1].label is None:
            steps = steps[:-1]
        elif at < len(arms) - 1 and not _leaves(steps):
            steps = [*steps, Word("fallthrough", [])]
        cases.append(Case([] if default else labels, None, steps))
        labels, default = [], False
    subject = lw.field(node, "value")
    if isinstance(subject, Name) and subject.id == "true":
        subject = None
    return [Switch(subject, cases)]


def _is_block(bodies: list[Syntax]) -> bool:
    return len(bodies) == 1 and bodies[0].type == "statement_block"


def _leaves(steps: list[Node]) -> bool:
    """Whether the steps never run on to what follows them."""
    while steps:
        step = steps[-1]
        if isinstance(step, EXITS):
            return True
        if isinstance(step, If) and step.other is not None and _leaves(step.then):
            steps = step.other
            continue
        return isinstance(step, While) and step.test is None
    return False


def trying(lw: Lowering, node: Syntax) -> list[Node]:
    """`try` with its one handler."""
    handlers: list[Handler] = []
    caught, final = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
    if caught is not None:
        name = caught.child_by_field_name("parameter")
        text = pattern_text(lw, name) if name is not None else None
        handlers.append(Handler([], text, lw.steps(caught.child_by_field_name("body"))))
    return [
        Try(
            lw.steps(node.child_by_field_name("body")),
            handlers,
            None,
            lw.steps(final.child_by_field_name("body")) if final is not None else None,
        )
    ]


def labelled(lw: Lowering, node: Syntax) -> list[Node]:
    """`outer: for ..`."""
    name = lw.text(node.child_by_field_name("label"))
    return [Block(name + ":", lw.steps(node.child_by_field_name("body")))]


def with_object(lw: Lowering, node: Syntax) -> list[Node]:
    """The old `with (o) {}`."""
    return [Block("with " + squeeze(lw.text(node.child_by_field_name("object"))), lw.steps(node.named_children[-1]))]
