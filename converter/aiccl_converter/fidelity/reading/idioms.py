"""Small questions about a node: is it a test, a failure, a status, what is it called?

Contract: pure functions of one node, for every language alike.
"""

from __future__ import annotations

from aiccl_converter.fidelity.reading.tables import COMPARES, HOLDS, HOLDS_LAST, MEMBER, NOT, OR, STRICT, WRAPS
from aiccl_converter.fidelity.vocabulary import FALSE, LOG_OBJECTS, LOGGING, NEGATIVE, NIL
from aiccl_converter.fidelity.words import IDENT, bare, flat, is_error
from aiccl_converter.language import tree as T


def is_logger(word: str) -> bool:
    low = flat(bare(word))
    return low in LOG_OBJECTS or low.endswith("logger")


def unchained(targets: list[T.Node], value: T.Node | None) -> tuple[list[T.Node], T.Node | None]:
    """`a=b=c` as two targets of one value."""
    while True:
        if type(value) is T.Bin and value.op in ("=", ":="):
            targets, value = [*targets, value.left], value.right
        elif type(value) is T.Assign and value.op in ("=", ":=") and value.value is not None:
            targets, value = [*targets, *value.targets], value.value
        else:
            return targets, value


def owner_name(n: T.Node | None) -> str:
    """The name of what is indexed."""
    while type(n) is T.Index:
        n = n.obj
    if type(n) is T.Member:
        return n.name
    return n.id if type(n) is T.Name and n.id.isidentifier() else ""


def built_name(n: T.Node) -> str:
    fn = n.fn if type(n) is T.Call else n.type if type(n) is T.Build else None
    while type(fn) is T.Index:
        fn = fn.obj
    if type(fn) is T.Member:
        return fn.name
    if type(fn) is T.Name:
        found = IDENT.findall(fn.id)
        return found[-1] if found else ""
    return ""


def is_logging(n: T.Node) -> bool:
    """True for a step that only logs."""
    call = n.value if type(n) is T.Do else n
    if type(call) is not T.Call:
        return False
    fn: T.Node | None = call.fn
    while True:
        if type(fn) is T.Member:
            if is_logger(fn.name):
                return True
            fn = fn.obj
        elif type(fn) is T.Call:
            fn = fn.fn
        elif type(fn) is T.Name:
            return is_logger(fn.id) or flat(fn.id) in LOGGING or fn.id.split(":")[0] in LOG_OBJECTS
        else:
            return False


def error_sign(n: T.Node | None) -> int:
    """-1 for the name of an error: that there is one says that what it came from failed."""
    return -1 if type(n) is T.Name and is_error(n.id) else 1


def is_zero(n: T.Node) -> bool:
    """A value that only fills the place beside an error."""
    if type(n) is T.Name:
        return n.id in NIL or n.id in FALSE
    if type(n) in (T.Num, T.Str):
        return True
    if type(n) is T.Un:
        return is_zero(n.value)
    return isinstance(n, T.Build | T.Coll) and not n.items


def called(n: T.Node | None) -> str:
    return last_name(n.fn) if type(n) is T.Call else ""


def is_failure(n: T.Node | None) -> bool:
    """True for an error given back as a value: `err`, `fmt.Errorf(..)`, `errors.Wrap(err, ..)`."""
    if type(n) is T.Name:
        return n.id in ("err", "ErrNotFound") or (n.id.startswith(("err", "Err")) and n.id[3:4].isupper())
    if type(n) is T.Call:
        fn = n.fn
        if type(fn) is T.Member and fn.name == "Err" and not n.args:
            return True
        if type(fn) is T.Member and fn.name == "New" and type(fn.obj) is T.Name:
            return fn.obj.id in ("errors", "xerrors")
        return last_name(fn) in WRAPS
    return False


def is_status(n: T.Node | None) -> bool:
    """An HTTP status in the place of a value."""
    return type(n) is T.Num and len(n.text) == 3 and n.text.isdigit() and "100" <= n.text < "600"


def default_of(n: T.Node) -> tuple[T.Node | None, T.Node | None]:
    """The two sides of `x|y` in any spelling."""
    if type(n) is T.OrElse:
        return n.value, n.other
    if type(n) is T.Bin and n.op in OR:
        return n.left, n.right
    return None, None


def is_list(n: T.Node | None) -> bool:
    """A condition told as a list: `value not int, float`."""
    return type(n) is T.Coll and len(n.items) > 1 and (n.open == "" or any(type(i) is T.Words for i in n.items))


def spread(n: T.Node) -> T.Node:
    """A test told as a list, with the subjects that it leaves out: `a and not b, c` is `a and (not b, c)`,
    `x not in a, b` asks for both, each of `x in a, not in b` holds, `n>2 and <5` has one subject."""
    if type(n) is T.Words:
        if len(n.items) == 2 and type(n.items[0]) is T.Bin and type(n.items[1]) is T.Bin:
            first, second = n.items
            if first.op in COMPARES and type(second.left) is T.Name and second.left.id in STRICT:  # type: ignore
                return T.Bin(second.left.id, first, T.Bin(second.op, first.left, second.right))  # type: ignore
        return n
    if type(n) is not T.Coll:
        return n
    first, rest = n.items[0], n.items[1:]
    if type(first) is not T.Bin:
        return n
    if first.op in STRICT and type(first.right) is T.Un and first.right.op == "is":  # `a and is not b, c`
        told = first.right.value
        denied = type(told) is T.Un and told.op in NOT
        items = T.Coll("(", [told.value if denied else told, *rest])  # type: ignore[attr-defined]
        return T.Bin(first.op, first.left, T.Un("is", T.Un("not", items) if denied else items))
    if first.op in STRICT:
        return T.Bin(first.op, first.left, T.Coll(n.open, [first.right, *rest]))
    if first.op in COMPARES and all(asks(i) for i in rest):
        made: T.Node = first
        for item in rest:
            made = T.Bin("and", made, with_subject(item, first.left))
        return made
    if first.op in MEMBER:
        return T.Bin(first.op, first.left, T.Coll("[", [first.right, *rest]))
    return n


def asks(n: T.Node) -> bool:
    """True for a test among the items of a list."""
    return (type(n) is T.Bin and n.op in COMPARES) or (type(n) is T.Un and n.op in (*NOT, "in"))


def with_subject(n: T.Node, subject: T.Node) -> T.Node:
    """A test that leaves out what it asks about, of what the test before asked about."""
    if type(n) is T.Un and n.op == "in":
        return T.Bin("in", subject, n.value)
    if type(n) is T.Bin and type(n.left) is T.Name and n.left.id == "not" and n.op == "in":
        return T.Bin("not in", subject, n.right)
    if type(n) is T.Un and type(n.value) in (T.Name, T.Member, T.Str, T.Num):
        return T.Bin("!=", subject, n.value)
    return n


def says_null(n: T.Node) -> bool:
    return type(n) is T.Bin and n.op in ("is", "is not") and type(n.right) is T.Name and n.right.id in ("null", "nil")


def says_less(n: T.Node) -> bool:
    """English for nothing being there."""
    return type(n) is T.Name and (n.id in NEGATIVE or n.id in NIL)


def joins(n: T.Node | None) -> bool:
    return type(n) is T.Bin and n.op in STRICT


def is_membership(n: T.Node | None) -> bool:
    """True for a call that asks whether a thing holds another: `xs.contains(x)`, `in_array(x, xs)`."""
    if type(n) is not T.Call:
        return False
    name = last_name(n.fn)
    return (name in HOLDS and len(n.args) == 1 and type(n.fn) is T.Member) or (name in HOLDS_LAST and len(n.args) >= 2)


def is_test(n: T.Node | None) -> bool:
    """True for an expression whose value can only be true or false."""
    if type(n) is T.Bin:
        return n.op in COMPARES or (n.op in STRICT and is_test(n.left) and is_test(n.right))
    return type(n) is T.Un and n.op in NOT


def last_name(fn: T.Node) -> str:
    """The callee's last name as the tables spell it."""
    if type(fn) is T.Member:
        return flat(fn.name)
    if type(fn) is T.Name:
        return flat(fn.id.rsplit(":", 1)[-1].rsplit(".", 1)[-1])
    return ""


def also(left: T.Node, right: T.Node) -> T.Node | None:
    """`x not a or b`, `x=="a" or "b"`, `x is A or B`: the second value is tested as the first one is."""
    if type(left) is T.Words and type(right) in (T.Name, T.Str, T.Num):
        if says_less(left.items[-1]) and says_less(right):  # `x missing or empty`
            return T.Bin("or", left, T.Words([*left.items[:-1], right]))
        if any(type(i) is T.Un or (type(i) is T.Name and i.id in NEGATIVE) for i in left.items):
            return T.Words([*left.items, right])
    if says_null(left) and says_less(right):  # `x null or empty`
        less = T.Words([left.left, right])  # type: ignore[attr-defined]
        return T.Bin("or", left, less) if left.op == "is" else T.Bin("and", left, T.Un("not", less))  # type: ignore[attr-defined]
    if type(left) is T.Bin and type(left.left) is not T.Bin:
        if left.op in ("==", "===") and type(right) in (T.Str, T.Num):
            return T.Bin("or", left, T.Bin(left.op, left.left, right))
        if left.op in ("!=", "!==") and type(right) in (T.Str, T.Num):
            return T.Bin("and", left, T.Bin(left.op, left.left, right))
        if left.op == "is" and type(right) is T.Name and right.id[:1].isupper() and type(left.right) is T.Name:
            return T.Bin("or", left, T.Bin("is", left.left, right))
        if left.op == "is not" and type(right) is T.Name and right.id[:1].isupper():
            return T.Bin("and", left, T.Bin("is not", left.left, right))
    return None
