"""A test that decides nothing goes: `len(xs)>1?{}`, as dropped logging leaves it behind.

Only where asking has no effect: names, members, literals, operators and calls that only measure or compare; of any
other test the call that may have one stays. A branch that is empty while the other is not is turned round.
"""

from __future__ import annotations

from ...language.tree import Await, Bin, Call, Do, If, Index, Member, Name, Node, Num, Str, Un, children
from ..restate import Context, Example, Rule
from ._common import negate
from .drop_logging import forget

_MEASURES = frozenset(
    "len isEmpty is_empty empty size length IsZero isset count Len ok equals Equals equalsIgnoreCase contains Contains"
    " containsKey ContainsKey has includes startsWith endsWith startswith endswith starts_with ends_with hasOwnProperty"
    " isBlank isNotBlank isNotEmpty IsNullOrEmpty IsNullOrWhiteSpace isNullOrEmpty isNullOrBlank isArray is_array"
    " is_string is_null is_none is_some is_ok is_err isinstance".split()
)
_COMPARES = frozenset({"==", "!=", "===", "!==", "<", "<=", ">", ">=", "is", "is not", "!is", "instanceof"})


def _quiet(test: Node) -> bool:
    """Whether asking changes nothing."""
    stack = [test]
    while stack:
        node = stack.pop()
        if isinstance(node, Bin) and node.op in ("is", "!is", "instanceof"):
            node = node.left  # a shape is not asked
        if isinstance(node, Call):
            fn = node.fn
            title = fn.name if isinstance(fn, Member) else fn.id if isinstance(fn, Name) else ""
            if title not in _MEASURES:
                return False
        elif (isinstance(node, Bin) and node.op in ("=", ":=", ",")) or (
            isinstance(node, Un) and node.op in ("++", "--", "recv")
        ):
            return False
        elif not isinstance(node, (Bin, Un, Name, Member, Index, Num, Str)):
            return False
        stack.extend(children(node))
    return True


def _effect(test: Node, ctx: Context) -> list[Node] | None:
    """The steps that do what asking does; None where the test says it best."""
    if _quiet(test):
        forget(test, ctx)
        return []
    if isinstance(test, Un) and test.op in ("not", "!"):
        return _effect(test.value, ctx)
    if isinstance(test, (Call, Await)):
        return [Do(test)]
    if not isinstance(test, Bin):
        return None
    if test.op in _COMPARES:
        for asked, other in ((test.left, test.right), (test.right, test.left)):
            if _quiet(other):
                got = _effect(asked, ctx)
                if got is not None:
                    forget(other, ctx)
                return got
    if test.op in ("and", "or", "&&", "||") and _quiet(test.left):
        got = _effect(test.right, ctx)
        if got is not None:
            return [If(test.left if test.op in ("and", "&&") else negate(test.left, ctx.language), got)]
    return None


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    changed = False
    for step in steps:
        if isinstance(step, If) and not step.then:
            if not step.other:
                kept = _effect(step.test, ctx)
                if kept is not None:
                    out.extend(kept)
                    changed = True
                    continue
            else:
                step = If(negate(step.test, ctx.language), step.other, None)
                changed = True
        elif isinstance(step, If) and step.other is not None and not step.other:
            step = If(step.test, step.then, None)
            changed = True
        out.append(step)
    return out if changed else None


RULE = Rule(
    name="empty_branch",
    says="a test that decides nothing is left out",
    blocks=rewrite,
    among=frozenset({If}),
    order=11,
    examples=(
        Example(
            "go",
            'func keep(xs []int, path string) {\n\tif len(xs) > 2 {\n\t\tlog.Printf("many: %s", path)\n\t}\n'
            '\tif path == "" {\n'
            '\t\tlog.Print("no path")\n\t} else {\n\t\twrite(path, xs)\n\t}\n}',
            'keep(xs:[]int,path)\npath!=""?write(path,xs)',
        ),
        Example(
            "java",
            "void replace(String key, String value) {\n    check(key);\n    String old = values.put(key, value);\n"
            '    if (old != null && !old.equals(value)) {\n        LOG.info("{} was {}", key, old);\n    }\n}',
            "replace(key,value:s)\ncheck(key)\nvalues.put(key,value)",
        ),
    ),
)
