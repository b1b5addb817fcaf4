"""Tests that a language spells as calls are operators: `$x->nil?` is `x==nil`, `in_array($x, $xs, true)` is `x in xs`.

PHP: `is_null`, strict `in_array` (never `array_key_exists`, which asks for keys), `isset` of a key before the same
key is read (`a[k]??d`), `empty` of a name. Ruby: `nil?`, `include?`, `key?`, `is_a?`, and the marks of the core's own
predicates, which everybody knows to be predicates (`xs.empty`, `name.present`). A predicate that only the source
knows keeps its mark. All say the same in fewer words, so they are the lowering's to write.
"""

from __future__ import annotations

from aiccl_converter.language.tree import Arg, Bin, Call, Cond, Member, Name, Node, Spread, Str, Un
from aiccl_converter.source.formats import formatted

_CORE = frozenset(
    """empty? blank? present? any? zero? positive? negative? even? odd? frozen? persisted? new_record? destroyed?
    exist? exists? finite? infinite? nan? block_given?""".split()
)
"""Predicates of the core and of Rails whose names without the mark no object has: not `none?`, `valid?`, `file?`."""
_TURNED = {"==": "!=", "!=": "==", "=~": "!~", "!~": "=~"}
_MEMBER_TESTS = {"include?": "in", "member?": "in", "key?": "in", "has_key?": "in", "is_a?": "is", "kind_of?": "is"}


def php(call: Call) -> Node:
    """A call of one of PHP's own functions as the operator that it is."""
    fn, args = call.fn, call.args
    if not isinstance(fn, Name) or any(isinstance(a, (Arg, Spread)) for a in args):
        return call
    name = fn.id
    count = len(args)
    if name == "is_null" and count == 1:
        return Bin("===", args[0], Name("null"))
    if name == "in_array" and count == 3 and args[2] == Name("true"):
        return Bin("in", args[0], args[1])
    if name == "empty" and count == 1 and _simple(args[0]):
        return Un("!", args[0])
    if name == "sprintf" and count > 1:
        return formatted(args[0], args[1:], "php") or call
    return call


def php_choice(choice: Cond) -> Node:
    """`isset(x) ? x : d` is `x??d`."""
    test = choice.test
    if isinstance(test, Call) and test.fn == Name("isset") and len(test.args) == 1 and choice.then == test.args[0]:
        return Bin("??", choice.then, choice.other)
    return choice


def php_not(value: Node) -> Node:
    """`!x`, turned inside where a comparison with null can take it."""
    if isinstance(value, Bin) and value.op == "===" and value.right == Name("null"):
        return Bin("!==", value.left, value.right)
    return Un("!", value)


def test(value: Node) -> Node:
    """A test says no more than whether its value holds: `!!x` is `x` there."""
    if isinstance(value, Un) and value.op == "!" and isinstance(value.value, Un) and value.value.op == "!":
        return value.value.value
    if isinstance(value, Bin) and value.op in ("&&", "||", "and", "or"):
        left, right = test(value.left), test(value.right)
        return value if left is value.left and right is value.right else Bin(value.op, left, right)
    return value


def _simple(node: Node | None) -> bool:
    while isinstance(node, Member):
        node = node.obj
    return node is None or node.__class__ is Name


def ruby(call: Call) -> Node:
    """A call of one of the core's predicates as the operator that it is, or without its mark."""
    fn, args = call.fn, call.args
    if isinstance(fn, Name):
        name = fn.id
        if name == "block_given?" and not args:
            return Name("block_given")
        if name in ("format", "sprintf") and len(args) > 1:
            return formatted(args[0], args[1:], "ruby") or call
        return call
    if not isinstance(fn, Member) or fn.name[-1] != "?" or fn.op != ".":
        return call
    target = fn.obj if fn.obj is not None else Name("self")
    if not args:
        if fn.name == "nil?":
            return Bin("==", target, Name("nil"))
        return Member(fn.obj, fn.name[:-1]) if fn.name in _CORE else call
    op = _MEMBER_TESTS.get(fn.name)
    if op is None or len(args) != 1 or isinstance(args[0], (Un, Arg, Spread)):
        return call
    if op == "is":
        return Bin(op, target, args[0])
    # A step must not begin with a symbol: its colon would be taken for an else.
    return call if isinstance(args[0], Str) and args[0].text[0] == ":" else Bin(op, args[0], target)


def ruby_not(op: str, value: Node) -> Node:
    """`not x`, turned inside where a comparison can take it."""
    if isinstance(value, Bin) and value.op in _TURNED:
        return Bin(_TURNED[value.op], value.left, value.right)
    return Un(op, value)
