"""Reads the facts of a tree: one walk, in the order in which things happen.

Contract: `extract(tree) -> Facts`, for a lowered source and for a parsed view alike; it never fails on a strange tree.
Restatements that AICCL knows are brought to one form here, so that both sides say them alike: conditions are pushed to
atoms (De Morgan, order, presence), what follows an early exit stands under its opposite, `x|y`, `a?b:c`, `and` and `or`
guard what they guard, a map with a function is a loop, `new X(..)`, `X{..}` and `<X ..>` are calls of X.
"""

from __future__ import annotations

from aiccl_converter.fidelity.model import Facts
from aiccl_converter.fidelity.reading.units import Units
from aiccl_converter.language import tree as T


class Reader(Units):
    """The whole chain: core, leaves, conditions, writes, expressions, results, steps, units."""


Reader.table.update(
    {
        T.Name: Reader.name,
        T.Num: Reader.num,
        T.Str: Reader.string,
        T.Template: Reader.template,
        T.Raw: Reader.raw,
        T.Member: Reader.member,
        T.Call: Reader.call,
        T.Build: Reader.build,
        T.Element: Reader.element,
        T.Un: Reader.unary,
        T.Post: Reader.postfix,
        T.Bin: Reader.binary,
        T.Cond: Reader.choice,
        T.OrElse: Reader.or_else,
        T.Lambda: Reader.function,
        T.Coll: Reader.collection,
        T.Pair: Reader.pair,
        T.Comp: Reader.comprehension,
        T.Pipe: Reader.pipe,
        T.Range: Reader.ranged,
        T.Await: Reader.awaited,
        T.Words: Reader.english_words,
        T.Assign: Reader.assign,
        T.Do: Reader.do,
        T.Return: Reader.give,
        T.Raise: Reader.throw,
        T.Yield: Reader.produce,
        T.If: Reader.branch,
        T.Each: Reader.each,
        T.While: Reader.during,
        T.Loop: Reader.loop,
        T.Try: Reader.attempt,
        T.With: Reader.scoped,
        T.Switch: Reader.switch,
        T.Fail: Reader.fails,
        T.Jump: Reader.jump,
        T.Go: Reader.started,
        T.Word: Reader.word,
        T.Block: Reader.nested,
        T.Quirk: Reader.quirk,
        T.Func: Reader.unit_of,
        T.Class: Reader.class_of,
        T.Route: Reader.route,
        T.Path: Reader.path,
        T.Routed: Reader.routed,
        T.Const: Reader.constant,
        T.Rule: Reader.rule,
    }
)


def extract(
    tree: T.Node | list[T.Node],
    members: frozenset[str] = frozenset(),
    free: bool = False,
    fixed: frozenset[str] = frozenset(),
) -> Facts:
    """The facts of a unit, of steps or of a document's blocks. `members` are names that are fields even where they
    stand alone, as a source with an implicit receiver has them; `free` says that the tree was written by
    hand or by a model; `fixed` are the names that its source has for what is no local of it."""
    return Reader(members, free, fixed).read(tree if isinstance(tree, list) else [tree])
