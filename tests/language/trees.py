"""Trees in normal form, made at random: what `docs/language.md` says reads back as it was.

Contract: every tree drawn here prints to text that parses, strictly, to the same tree.
"""

from __future__ import annotations

from aiccl_converter.language.tree import (
    Arg,
    Assign,
    Await,
    Bin,
    Block,
    Build,
    Call,
    Case,
    Class,
    Coll,
    Comp,
    Cond,
    Const,
    Do,
    Each,
    Element,
    For,
    Func,
    Go,
    Handler,
    If,
    Index,
    Jump,
    Lambda,
    Loop,
    Member,
    Name,
    Node,
    Num,
    OrElse,
    Pair,
    Param,
    Path,
    Pipe,
    Post,
    Quirk,
    Raise,
    Range,
    Return,
    Route,
    Routed,
    Slice,
    Spread,
    Str,
    Switch,
    Template,
    Try,
    Un,
    While,
    With,
    Word,
    Words,
    Yield,
)
from hypothesis import strategies as st

words = st.sampled_from(["a", "b", "user", "xs", "max_size", "fooBar", "_x", "count", "key", "self"])
told = st.sampled_from(["/", "/users", "/<int:pk>/", "/users/{id}", "/^a/(?P<b>[^)]{2,3})/$", "/*rest", "//", "/a,b;c"])
types = st.sampled_from(
    ["Foo", "Bar", "Http.Client", "s", "i[]", "List<s>", "Map<s,List<i>>", "A|null", "(a:i)->b", "*Foo"]
)
upper = st.sampled_from(["Foo", "Bar", "Item", "Panel"])
errors = st.sampled_from(["ValueError", "NotFound", "IOException"])
texts = st.sampled_from(["", "x", "no such user", "50%", "it's", 'say "hi"', "a, b: c?", "(", "|"])

names = words.map(Name)
numbers = st.sampled_from(["0", "1", "-1", "2.5", "10L", "0xff", "1e-9"]).map(Num)
strings = st.sampled_from(
    ['"x"', "'y'", '""', '"a b, c"', r'"it\"s"', "'(['", '"{}"', '"{0}"', r"r'\d+'", "`raw`", '"a > b"']
)
atoms = st.one_of(names, names, numbers, strings.map(Str), words.map(lambda n: Member(None, n)))
compare = st.sampled_from(["==", "!=", "===", "<", "<=", ">", ">=", "in", "not in", "is", "is not", "instanceof"])
joins = st.sampled_from(["and", "or", "&&", "||"])
sums = st.sampled_from(["+", "-", "*", "/", "%", "**", "//"])
bits = st.sampled_from(["&", "|", "^", "<<", ">>", "??"])


simple = st.one_of(st.builds(Member, names, words), st.builds(Call, names, st.lists(names, max_size=2)))


def _unlike(right: Node, ops: tuple[str, ...]) -> bool:
    return not (isinstance(right, Bin) and right.op in ops)


def _joined(op: str, left: Node, right: Node) -> Bin:
    """`and` and `or` nest to the left."""
    rank = ("and", "&&") if op in ("and", "&&") else ("or", "||")
    return Bin(op, left, right if _unlike(right, rank) else Name("a"))


def _template(parts: list[object]) -> Template:
    out: list[object] = []
    for part in parts:
        if isinstance(part, str):
            if not part:
                continue
            if out and isinstance(out[-1], str):
                out[-1] += part
                continue
        out.append(part)
    if all(isinstance(p, str) for p in out):
        out.append(Name("a"))
    return Template(out)  # type: ignore[arg-type]


def _no_deref(node: Node) -> bool:
    return not (isinstance(node, Un) and node.op == "*")


def _plain_return(node: Node) -> bool:
    """A value of `^` that does not start with `!`, which is written `not` there."""
    while True:
        if isinstance(node, Un):
            return node.op != "!"
        if isinstance(node, (Bin, Post, Member, Call, Index, Cond, OrElse, Pipe)):
            first = getattr(node, type(node).__match_args__[0])
            node = node.left if isinstance(node, Bin) else node.obj if isinstance(node, Member) else first
            if node is None:
                return True
            continue
        if isinstance(node, Coll) and node.open == "":
            node = node.items[0]
            continue
        return True


def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Expressions that hold the given ones."""
    items = st.lists(inner.filter(_no_deref), max_size=3)
    args = st.lists(
        st.one_of(
            inner.filter(_no_deref),
            st.builds(Arg, words, inner.filter(_no_deref)),
            st.builds(Spread, st.sampled_from(["*", "**", "..."]), inner.filter(_no_deref)),
        ),
        max_size=3,
    )
    base = st.one_of(names, st.builds(Member, names, words), st.builds(Call, names, args))
    given = st.one_of(
        inner.filter(_no_deref),
        st.builds(lambda v, n, x: Coll("", [v, Arg(n, x)]), inner.filter(_no_deref), words, inner.filter(_no_deref)),
        st.lists(inner.filter(_no_deref), min_size=2, max_size=3).map(lambda i: Coll("", i)),
    )
    paths = st.builds(Path, told, given)
    listed = st.one_of(paths, paths, inner.filter(_no_deref), st.builds(Spread, st.just("*"), names))
    pairs = st.lists(st.builds(Pair, st.one_of(names, strings.map(Str)), inner), min_size=1, max_size=3)
    clause = st.builds(For, names, inner, st.lists(inner, max_size=1))
    params = st.lists(words.map(Param), max_size=3, unique_by=lambda p: p.name)
    build_items = st.lists(
        st.one_of(
            st.builds(Arg, words, inner), words.map(lambda n: Arg(n, Name(n))), st.builds(Spread, st.just("..."), names)
        ),
        max_size=3,
    )
    return st.one_of(
        st.builds(
            Member,
            inner.filter(lambda n: not isinstance(n, (Num, Str, Template))),
            words,
            st.sampled_from([".", ".", "?."]),
        ),
        st.builds(Call, base, args),
        st.builds(Index, base, items.filter(len)),
        st.builds(lambda o, lo, hi: Index(o, [Slice(lo, hi)]), base, names, st.none() | names),
        st.builds(Bin, compare, inner, inner),
        st.builds(_joined, joins, inner, inner),
        st.builds(Bin, sums, inner, inner),
        st.builds(Bin, bits, inner, inner),
        st.builds(Un, st.sampled_from(["not", "!", "&", "typeof"]), inner),
        st.builds(lambda c: Un("new", c), st.builds(Call, upper.map(Name), args)),
        st.builds(Cond, inner, inner, inner),
        st.builds(OrElse, inner, inner.filter(lambda n: not isinstance(n, OrElse))),
        st.builds(
            OrElse,
            inner,
            st.one_of(
                st.builds(Return, inner.filter(_plain_return)),
                st.builds(Raise, st.builds(Call, errors.map(Name), args)),
            ),
        ),
        st.builds(Lambda, params, inner),
        st.builds(Coll, st.sampled_from(["[", "("]), items),
        st.builds(Coll, st.just("["), st.lists(listed, min_size=1, max_size=4)),
        st.builds(Routed, base, st.lists(paths, min_size=1, max_size=3)),
        st.builds(Coll, st.just("{"), items.filter(len)),
        st.builds(Coll, st.just("{"), pairs),
        st.builds(Build, upper.map(Name), build_items),
        st.builds(lambda o, e, c: Comp(o, e, [c]), st.sampled_from(["[", "(", "{"]), inner.filter(_no_deref), clause),
        st.builds(Await, inner),
        st.builds(lambda f, a: Post(Call(f, a), "!"), base, args),
        st.builds(Range, inner, inner, st.booleans()),
        st.builds(_template, st.lists(st.one_of(texts, names, simple), min_size=1, max_size=4)),
        st.lists(names, min_size=2, max_size=4).map(Words),
        st.builds(
            Element, upper, st.lists(st.builds(Arg, words, inner), max_size=2), st.lists(base, min_size=1, max_size=2)
        ),
    )


expressions = st.recursive(atoms, grow, max_leaves=8)
bare = st.lists(expressions.filter(_no_deref), min_size=2, max_size=3).map(lambda i: Coll("", i))
values = st.one_of(expressions, expressions, expressions, bare, st.builds(Pipe, expressions, words.map(Name)))
targets = st.one_of(
    names.map(lambda n: [n]),
    st.lists(names, min_size=2, max_size=3),
    st.builds(lambda o, n: [Member(o, n)], names, words),
    words.map(lambda n: [Member(None, n)]),
)


def _is_done(node: Node) -> bool:
    return not isinstance(node, Cond)


simple_steps = st.one_of(
    st.builds(Do, st.one_of(expressions.filter(_is_done), st.builds(Pipe, expressions, words.map(Name)))),
    st.builds(Assign, targets, values, st.sampled_from(["=", "=", "+=", "|=", "??="])),
    st.builds(lambda n, t, v: Assign([Name(n)], v, "=", t), words, types, st.none() | expressions),
    st.builds(Return, st.none() | values.filter(_plain_return)),
    st.builds(
        Raise, st.none() | st.builds(Call, errors.map(Name), st.lists(expressions.filter(_no_deref), max_size=2))
    ),
    st.builds(Raise, names, names),
    st.builds(Yield, st.none() | expressions),
    st.builds(Yield, names, st.just(True)),
    st.builds(Path, told, expressions.filter(_no_deref)),
    st.builds(Jump, st.sampled_from(["break", "continue"]), st.none() | st.just("outer")),
    st.builds(Word, st.just("del"), st.lists(names, min_size=1, max_size=2)),
    st.builds(Word, st.just("assert"), st.lists(expressions.filter(_no_deref), min_size=1, max_size=2)),
    st.builds(
        lambda v, s: Do(OrElse(v, Block("", s))), names, st.lists(st.builds(Return, names), min_size=1, max_size=2)
    ),
)


def grow_steps(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Steps that hold the given ones."""
    body = st.lists(inner, max_size=3)
    some = st.lists(inner, min_size=1, max_size=2)
    handler = st.builds(Handler, st.lists(errors.map(Name), max_size=2), st.none() | words, body)
    case = st.builds(Case, st.lists(atoms, min_size=1, max_size=2), st.none() | names, some)
    last = st.builds(Case, st.just([]), st.none(), some)
    return st.one_of(
        st.builds(If, expressions, body, st.none() | body),
        st.builds(If, expressions, some, st.builds(If, expressions, some).map(lambda i: [i])),
        st.builds(Each, st.lists(names, min_size=1, max_size=2), expressions, body, st.booleans(), st.none() | some),
        st.builds(While, st.none() | expressions, body, st.just(False), st.none()),
        st.builds(While, names, body, st.just(True)),
        st.builds(
            Loop,
            st.builds(lambda n: [Assign([Name(n)], Num("0"))], words),
            st.builds(Bin, st.just("<"), names, names),
            st.builds(lambda n: [Do(Post(Name(n), "++"))], words),
            body,
        ),
        st.builds(Try, body, st.lists(handler, min_size=1, max_size=2), st.none(), st.none() | some),
        st.builds(
            With,
            st.lists(
                st.one_of(names, st.builds(lambda n, v: Assign([Name(n)], v), words, expressions)),
                min_size=1,
                max_size=2,
            ),
            body,
        ),
        st.builds(
            lambda s, c, d: Switch(s, [*c, *d]),
            st.none() | expressions,
            st.lists(case, min_size=1, max_size=3),
            st.lists(last, max_size=1),
        ),
        st.builds(Go, st.sampled_from(["go", "defer"]), some.filter(lambda s: len(s) > 1)),
        st.builds(lambda c: Go("go", [Do(c)]), st.builds(Call, names, st.lists(names, max_size=2))),
        st.builds(Block, st.just("unsafe"), body),
        st.builds(lambda t: Quirk(t), st.sampled_from(["the last one wins", "None and '' differ", "see f(x)"])),
        st.builds(lambda n, b: Func(n, [Param("a")], b), words, body),
    )


steps = st.recursive(simple_steps, grow_steps, max_leaves=6)
bodies = st.lists(steps, min_size=1, max_size=4)
params = st.lists(
    st.builds(
        Param,
        words,
        st.none() | types,
        st.none() | st.one_of(names, numbers, strings.map(Str)),
        st.sampled_from(["", "", "*", "**", "..."]),
        st.sampled_from(["", "", "?", "!", "#"]),
    ),
    max_size=4,
    unique_by=lambda p: p.name,
)
functions = st.builds(
    Func,
    words,
    params,
    st.none() | bodies,
    st.none() | types,
    st.booleans(),
    st.none() | st.sampled_from(["log a user in", 'say "hi"']),
    st.lists(st.sampled_from(["@cached", '@app.route("/x",methods=["GET"])']), max_size=2),
    st.lists(st.sampled_from(["static", "abstract"]), max_size=1, unique=True),
    st.just("F"),
    st.sampled_from(["", "", "<T>"]),
)
fields = st.builds(lambda n, v, t: Assign([Name(n)], v, "=", t), words, st.none() | atoms, st.none() | types)
classes = st.builds(
    Class,
    st.sampled_from(["C", "I", "M", "E"]),
    upper,
    st.lists(types, max_size=2),
    st.lists(st.one_of(fields, functions), max_size=4),
    st.none() | st.just("what it is"),
    st.lists(st.just("@Entity"), max_size=1),
    st.lists(st.just("abstract"), max_size=1),
)
routes = st.builds(
    lambda m, p, f: Route(m, p, Func(f.name, f.params, f.body, f.returns)),
    st.sampled_from(["GET", "POST"]),
    st.sampled_from(["/users", "/users/{id}", "/a/{b}/c"]),
    functions.filter(lambda f: f.body),
)
constants = st.builds(Const, st.just("K"), st.sampled_from(["MAX", "BASE_URL"]), expressions)
units = st.one_of(functions, classes, routes, constants)
