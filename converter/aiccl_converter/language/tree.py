"""The AICCL tree: what a view says, without its spelling.

Contract: source code is lowered to this tree, restatement rules rewrite it, the printer writes it, the parser reads
it back, and the fidelity check compares two of them. So it holds just what AICCL-1 can say, in no source language's
terms. Nodes compare by content; `pos` (offset in the text a node was read from, -1 for none) never takes part.
Nothing here knows a grammar, a tokenizer or a rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar


@dataclass(slots=True)
class Node:
    """Base of everything in the tree."""

    pos: int = field(default=-1, compare=False, repr=False, kw_only=True)


# --- expressions -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Name(Node):
    """An identifier, also a qualified one without calls in it (`a::B`), `true`, `nil`; `this` where it stands alone."""

    id: str


@dataclass(slots=True)
class Num(Node):
    """A number as the source spells it."""

    text: str


@dataclass(slots=True)
class Str(Node):
    """A string, character or regular expression literal with its quotes, as printed."""

    text: str


@dataclass(slots=True)
class Template(Node):
    """A string with values in it: text and expressions in turn, printed `"load {id}: {err}"`."""

    parts: list[str | Node]


@dataclass(slots=True)
class Member(Node):
    """`obj.name`; `obj` None is the receiver (`.name`). `op` is `.`, `?.`, `::` or `.` for C's arrow too."""

    obj: Node | None
    name: str
    op: str = "."


@dataclass(slots=True)
class Index(Node):
    """`obj[args]`."""

    obj: Node
    args: list[Node]


@dataclass(slots=True)
class Slice(Node):
    """`lo:hi:step` inside an index, each part optional."""

    lo: Node | None
    hi: Node | None
    step: Node | None = None


@dataclass(slots=True)
class Call(Node):
    """`fn(args)`. Arguments are expressions, `Arg` (by keyword) or `Spread`. `safe` is `f?.(x)`."""

    fn: Node
    args: list[Node]


@dataclass(slots=True)
class Arg(Node):
    """`name=value` in a call, a build or an element; printed `name=` where the value is the same name."""

    name: str
    value: Node


@dataclass(slots=True)
class Spread(Node):
    """`*x`, `**x` or `...x`."""

    op: str
    value: Node


@dataclass(slots=True)
class Bin(Node):
    """A binary operator as the source spells it (`&&` and `and`, `===`, `instanceof`, `is not`, `as`, ...)."""

    op: str
    left: Node
    right: Node


@dataclass(slots=True)
class Un(Node):
    """A prefix operator: `not`, `!`, `-`, `&`, `*`, `new`, `typeof`, `bnot` (bitwise not; `~` is await)."""

    op: str
    value: Node


@dataclass(slots=True)
class Post(Node):
    """A postfix operator: `++`, `--`, `!` (return or propagate the error, Rust's `?`), `!!` (assert there)."""

    value: Node
    op: str


@dataclass(slots=True)
class Cond(Node):
    """`test?then:other`, both values."""

    test: Node
    then: Node
    other: Node


@dataclass(slots=True)
class OrElse(Node):
    """`value|other`: `other` (a value, or a step such as Return and Raise) where `value` is missing, falsy or fails."""

    value: Node
    other: Node


@dataclass(slots=True)
class Lambda(Node):
    """`x=>expr`, `(a,b)=>{steps}`. A body is one expression or a list of steps."""

    params: list[Param]
    body: Node | list[Node]
    is_async: bool = False


@dataclass(slots=True)
class Coll(Node):
    """A literal collection: `open` is `[`, `(`, `{` or `` (a bare tuple). Items may be `Pair` and `Spread`."""

    open: str
    items: list[Node]


@dataclass(slots=True)
class Pair(Node):
    """`key:value` in a collection. A key that is an identifier-like string is a `Str`, a computed one `Index`-less
    source goes as `Coll('[',[key])`."""

    key: Node
    value: Node


@dataclass(slots=True)
class Build(Node):
    """`Type{a,b=x}`: an object of that type with fields. `b=x` is `Arg`, `a` alone `Arg('a', Name('a'))`."""

    type: Node
    items: list[Node]


@dataclass(slots=True)
class For(Node):
    """One `for target in iter` of a comprehension, with its conditions."""

    target: Node
    iter: Node
    conds: list[Node] = field(default_factory=list)
    is_async: bool = False


@dataclass(slots=True)
class Comp(Node):
    """`[elt for x in xs if p]`; `open` as in Coll, `(` for a generator. A dict's elt is a Pair."""

    open: str
    elt: Node
    clauses: list[For]


@dataclass(slots=True)
class Pipe(Node):
    """`value>f` between steps: the value handed on, or named."""

    value: Node
    to: Node


@dataclass(slots=True)
class Range(Node):
    """`lo..hi` (hi left out) or `lo..=hi`."""

    lo: Node | None
    hi: Node | None
    inclusive: bool = False


@dataclass(slots=True)
class Await(Node):
    """`~value`."""

    value: Node


@dataclass(slots=True)
class Words(Node):
    """Terse English or anything that is no expression: atoms side by side, `lowered, stripped email`."""

    items: list[Node]


@dataclass(slots=True)
class Raw(Node):
    """Text of the source that no table entry knows, squeezed to one line where that is safe. A type is Raw too."""

    text: str


@dataclass(slots=True)
class Element(Node):
    """Markup: `tag(attrs)>child+child`. Attributes are Arg, Spread or Name (set); children any expression."""

    tag: str
    attrs: list[Node]
    children: list[Node]


# --- steps -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Assign(Node):
    """`a,b=value`; `op` is `=`, `+=`, ...; `type` only where kept; value None declares only."""

    targets: list[Node]
    value: Node | None
    op: str = "="
    type: str | None = None


@dataclass(slots=True)
class Do(Node):
    """An expression for its effect."""

    value: Node


@dataclass(slots=True)
class Return(Node):
    """`^value`."""

    value: Node | None = None


@dataclass(slots=True)
class Raise(Node):
    """`^!value`: raise, throw, return the error; value None raises the caught one again."""

    value: Node | None = None
    cause: Node | None = None


@dataclass(slots=True)
class Yield(Node):
    """`^^value`; `many` yields each of a source (`yield from`), printed `^^*value`. Also an expression."""

    value: Node | None = None
    many: bool = False


@dataclass(slots=True)
class If(Node):
    """`test?{then}:{other}`; `other` None without an else, one If in it is an else-if."""

    test: Node
    then: list[Node]
    other: list[Node] | None = None


@dataclass(slots=True)
class Each(Node):
    """`x<-xs{body}`; an else of a Python loop is `other`."""

    targets: list[Node]
    iter: Node
    body: list[Node]
    is_async: bool = False
    other: list[Node] | None = None


@dataclass(slots=True)
class While(Node):
    """`*test{body}`, for ever without a test (`*{body}`); `post` tests after the body: `do{body}*test`."""

    test: Node | None
    body: list[Node]
    post: bool = False
    other: list[Node] | None = None


@dataclass(slots=True)
class Loop(Node):
    """The three-part loop that no rule restated: `for(init;test;step){body}`."""

    init: list[Node]
    test: Node | None
    step: list[Node]
    body: list[Node]


@dataclass(slots=True)
class Handler(Node):
    """`A|B e{body}` of a try; no types catches all."""

    types: list[Node]
    name: str | None
    body: list[Node]


@dataclass(slots=True)
class Try(Node):
    """`try{body}Err e{..}else{..}fin{..}`."""

    body: list[Node]
    handlers: list[Handler]
    other: list[Node] | None = None
    final: list[Node] | None = None


@dataclass(slots=True)
class With(Node):
    """`with r{body}`: scoped resources, locks, transactions. Items are expressions or Assign (`with f=open(p){..}`)."""

    items: list[Node]
    body: list[Node]
    is_async: bool = False


@dataclass(slots=True)
class Case(Node):
    """One arm of a Switch: `A,B:step`, `A if guard:step`; no labels is the default (`else:`)."""

    labels: list[Node]
    guard: Node | None
    body: list[Node]


@dataclass(slots=True)
class Switch(Node):
    """`match subject{A,B:step;C:{..};else:step}`; also an expression. Arms never fall through: the lowering copies or
    marks (`fallthrough` Word) where the source does. Subject None: the first arm whose label holds."""

    subject: Node | None
    cases: list[Case]


@dataclass(slots=True)
class Fail(Node):
    """`fail ^v`: any error in the unit leads to `action`; with `error`, only that kind."""

    error: Node | None
    action: Node


@dataclass(slots=True)
class Jump(Node):
    """`break` or `continue`, with the label where there is one."""

    word: str
    label: str | None = None


@dataclass(slots=True)
class Go(Node):
    """`go{..}`: started concurrently. `defer`: run when the unit ends (Go)."""

    word: str
    body: list[Node]


@dataclass(slots=True)
class Word(Node):
    """A statement that is a word and its operands: `del a,b`, `assert x,"m"`, `global n`, `lock x`, `echo x`."""

    word: str
    args: list[Node]


@dataclass(slots=True)
class Block(Node):
    """A nested block that keeps its braces, with an optional head: `unsafe{..}`, `label: {..}`."""

    head: str
    body: list[Node]


@dataclass(slots=True)
class Quirk(Node):
    """`quirk: ..`: surprising behaviour that a rewrite must keep."""

    text: str


# --- units -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Param(Node):
    """`name:type=default`. `star` is ``, `*`, `**` or `...` (printed before), `mark` is `?` (optional), `!`, `#`, `:`
    (a keyword without a default, Ruby's `a:`) or ``. A destructured parameter has its pattern as name text (`{a,b}`);
    a bare `*` or `/` has star '*' or '/' and no name.
    """

    name: str
    type: str | None = None
    default: Node | None = None
    star: str = ""
    mark: str = ""


@dataclass(slots=True)
class Func(Node):
    """A function, method, constructor or accessor. `name` is empty for an anonymous one. body None: declared only.
    `decorators` are texts with their `@`; `modifiers` words that change who calls or what is implemented (static,
    override, abstract, inline, `const`, `throws X`); access words are dropped by the lowering. `kind`: `F`, or what the
    source calls it where it matters (`get`, `set`, `constructor`). `receiver` is a type's name where the function is
    written outside its type (Kotlin extension, Go). `outer`: names that the body assigns and does not declare (fields
    written without `this`, globals), which a rule must not take for locals; it is not printed and never compared."""

    name: str
    params: list[Param]
    body: list[Node] | None
    returns: str | None = None
    is_async: bool = False
    intent: str | None = None
    decorators: list[str] = field(default_factory=list)
    modifiers: list[str] = field(default_factory=list)
    kind: str = "F"
    tparams: str = ""
    receiver: str = ""
    outer: list[str] = field(default_factory=list, compare=False, repr=False)


@dataclass(slots=True)
class Class(Node):
    """`C:Name(Base){members}`. `mark`: C class, I interface/trait/protocol, M data model, E enum. Members are units,
    Assign (fields, `x:T`, `x=1`) and other steps. `words`: what mark does not say (`struct`, `abstract`, `sealed`,
    `impl`, `module`)."""

    mark: str
    name: str
    bases: list[str]
    members: list[Node]
    intent: str | None = None
    decorators: list[str] = field(default_factory=list)
    modifiers: list[str] = field(default_factory=list)
    params: list[Param] | None = None
    tparams: str = ""


@dataclass(slots=True)
class Route(Node):
    """`R:GET /users/{id}{flow}`: a handler with the method and path that reach it. `func` is the handler."""

    method: str
    path: str
    func: Func


@dataclass(slots=True)
class Path(Node):
    """`R:/users/{id} handler,name="user"`: a path without a method, and what a router is given with it: one value, or
    several in a bare `Coll`. `path` starts with `/` and holds no blank. A step, or an item of a list."""

    path: str
    to: Node


@dataclass(slots=True)
class Routed(Node):
    """`router{R:/users get(list);R:/health get(ok)}`: a router with paths, the value the router itself again."""

    router: Node
    paths: list[Node]


@dataclass(slots=True)
class Const(Node):
    """`K:NAME=value` (mark K) or `T:Name=type` (mark T)."""

    mark: str
    name: str
    value: Node


@dataclass(slots=True)
class Rule(Node):
    """A map entry: `name(params)=flow`, or `name=meaning`."""

    name: str
    params: list[Param] | None
    body: list[Node]


@dataclass(slots=True)
class Document(Node):
    """A parsed document: maps and code blocks in order."""

    blocks: list[Node]


@dataclass(slots=True)
class MapBlock(Node):
    """`<comp:map..>entries</comp:map>`."""

    name: str
    uses: str
    entries: list[Node]


@dataclass(slots=True)
class CodeBlock(Node):
    """`<comp:code lang= path= level= uses= id=>units</comp:code>`; attributes in written order."""

    attrs: dict[str, str]
    body: list[Node]


_LEAF_TYPES = ("str", "bool", "str | None", "list[str]", "dict[str, str]")
_FIELDS: dict[type, tuple[str, ...]] = {}


def names_of(kind: type) -> tuple[str, ...]:
    """The fields of a node type that can hold nodes, in written order (cached; `pos` is none of them)."""
    got = _FIELDS.get(kind)
    if got is None:
        got = _FIELDS[kind] = tuple(f.name for f in fields(kind) if f.name != "pos" and f.type not in _LEAF_TYPES)
    return got


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below, in written order."""
    for name in names_of(type(node)):
        value: Any = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, Node):
                    yield item


_BACKWARDS: dict[type, tuple[str, ...]] = {str: ()}


def walk(node: Node | list[Node]) -> list[Node]:
    """The node and all below it, in written order, without recursion. A list, since it is the hottest loop of all: a
    generator would cost twice as much."""
    stack: list[Any] = node[::-1] if isinstance(node, list) else [node]
    out: list[Node] = []
    add, pop, push, extend = out.append, stack.pop, stack.append, stack.extend
    known = _BACKWARDS.get
    while stack:
        top = pop()
        kind = top.__class__
        below = known(kind)
        if below is None:
            below = _BACKWARDS[kind] = names_of(kind)[::-1]
        elif kind is str:
            continue
        add(top)
        for name in below:
            value = getattr(top, name)
            if value.__class__ is list:
                extend(value[::-1])
            elif value is not None:
                push(value)
    return out


def every(node: Node | list[Node]) -> list[Any]:
    """The node and all below it, a parent before its children, in no other order, the texts of templates among them:
    what `walk` gives to those who only count, in half the time."""
    out: list[Any] = list(node) if isinstance(node, list) else [node]
    add, extend = out.append, out.extend
    known = _HELD.get
    for top in out:  # the list grows while it is walked
        names = known(top.__class__)
        if names is None:
            names = _HELD[top.__class__] = names_of(top.__class__)
        for name in names:
            value = getattr(top, name)
            if value.__class__ is list:
                extend(value)
            elif value is not None:
                add(value)
    return out


_HELD: dict[type, tuple[str, ...]] = {str: ()}
Held = TypeVar("Held", bound=Node)
_ALL: dict[type, tuple[str, ...]] = {}
_new = object.__new__


def altered(node: Held, changes: dict[str, Any]) -> Held:
    """A copy of the node with some fields changed: `dataclasses.replace` without what it checks, four times as fast."""
    kind = node.__class__
    names = _ALL.get(kind)
    if names is None:
        names = _ALL[kind] = tuple(f.name for f in fields(kind))
    made = _new(kind)
    for name in names:
        setattr(made, name, changes[name] if name in changes else getattr(node, name))
    return made
