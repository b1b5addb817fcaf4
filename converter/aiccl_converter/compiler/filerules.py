"""File rules: what repeats in a file is factored into a rule with parameters in the map, where that pays in tokens.

Contract: `factor` looks for units, steps, runs of members and calls of one shape that differ in a few names or
literals.
Each rule is a macro: its body with the arguments put in is exactly what it replaces (checked for each use, tree by
tree), so nothing is restated and nothing can be lost. In a body a parameter stands for its argument; inside a name or a
string it is written `{p}`, and `{P}` is the argument with a capital first letter. A rule is made only where the tokens
that its uses save are more than its definition costs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from aiccl_converter.compiler.aliases import alias
from aiccl_converter.compiler.expand_rules import substituted
from aiccl_converter.language.errors import ParseError
from aiccl_converter.language.lexer import lex
from aiccl_converter.language.printer import print_expr, print_members, print_steps
from aiccl_converter.language.tree import (
    Assign,
    Await,
    Bin,
    Build,
    Call,
    Class,
    Coll,
    Comp,
    Cond,
    Const,
    Do,
    Each,
    Element,
    Func,
    If,
    Index,
    Lambda,
    Member,
    Name,
    Node,
    Num,
    Raw,
    Route,
    Str,
    Switch,
    Template,
    Try,
    Un,
    While,
    With,
    names_of,
)

Count = Callable[[str], int]

MOST_PARAMS = 5
LEAST_SAVED = 4
"""Tokens that a rule must save, its definition paid."""
LEAST_NODES = 4
"""Nodes below which a repeated piece cannot pay."""
LEAST_SIZE = 9
"""Nodes that a rule must spare to be worth a closer look."""
MAP_COST = 9
"""Tokens of the map's own tags."""
LONGEST_RUN = 6
"""Members that one rule may stand for."""

RESERVED = frozenset(
    "as match try fin go with do for fail defer else if in is not and or new break continue quirk log first any all sum"
    " len state effect this self super None null nil true false True False class def func return import".split()
)
"""Words that would mislead as a rule's name."""

_CHOICE = frozenset({"op", "open", "star", "mark", "kind", "word", "is_async", "many", "post", "inclusive"})
"""Fields that are part of a shape; all other texts are leaves, which a parameter may stand for."""
_WHOLE = frozenset({Func, Class, Route, Do, Assign, Each, If, Try, With, While, Switch, Const})
_PARTS = frozenset({Call, Build, Element, Index, Bin, Coll, Comp, Lambda, Cond, Template, Un, Await})
_PIECES = _WHOLE | _PARTS
_TEXTS: dict[type, tuple[tuple[str, ...], tuple[str, ...]]] = {}


def _text_fields(kind: type) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields of a node type that are part of the shape, and those that are leaves (in written order)."""
    got = _TEXTS.get(kind)
    if got is None:
        from dataclasses import fields

        nodes = set(names_of(kind))
        names = [f.name for f in fields(kind) if f.name != "pos"]
        got = _TEXTS[kind] = (
            tuple(n for n in names if n in _CHOICE),
            tuple(n for n in names if n not in _CHOICE and n not in nodes),
        )
    return got


_SHAPE, _LEAF, _NODES, _STEPS = range(4)
_PLANS: dict[type, tuple[tuple[str, int], ...]] = {}


def _plan(kind: type) -> tuple[tuple[str, int], ...]:
    """What each field of a node type is to a shape, nodes first (cached)."""
    got = _PLANS.get(kind)
    if got is None:
        shape, leaves = _text_fields(kind)
        steps = {"body", "members", "then", "other", "final"}
        nodes = [(n, _STEPS if n in steps else _NODES) for n in names_of(kind)]
        got = _PLANS[kind] = (*((n, _SHAPE) for n in shape), *nodes, *((n, _LEAF) for n in leaves))
    return got


@dataclass(slots=True)
class _Piece:
    """A place where a rule could be used: one node, or a run of members."""

    nodes: tuple[Node, ...]
    where: list[Node] | None
    at: int
    member: bool
    """Directly in a file or a class, where functions need no mark."""


@dataclass(slots=True)
class _Found:
    """A shape's places and its size."""

    pieces: list[_Piece] = field(default_factory=list)


class _Shapes:
    """One pass over a file's tree: the shape of each node as a number, its size, and where the candidates stand."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}
        self.sizes: dict[int, int] = {}
        self.places: dict[Any, list[_Piece]] = {}
        self.memo: dict[int, int] = {}
        self.clock = 0
        self.spans: dict[int, tuple[int, int]] = {}
        """Where a node begins and ends in the order of the walk: two nodes overlap where their spans do."""

    def steps(self, items: list[Node], member: bool) -> None:
        shapes = [self.node(item, items, at, member) for at, item in enumerate(items)]
        if len(items) < 4 or not any(isinstance(i, (Func, Assign, Do)) for i in items):
            return
        for length in range(2, min(LONGEST_RUN, len(items) // 2) + 1):
            seen: dict[tuple[int, ...], int] = {}
            for at in range(len(items) - length + 1):
                run = tuple(shapes[at : at + length])
                seen[run] = seen.get(run, 0) + 1
            for at in range(len(items) - length + 1):
                run = tuple(shapes[at : at + length])
                if seen[run] > 1 and len(set(run)) > 1:
                    self.places.setdefault(run, []).append(_Piece(tuple(items[at : at + length]), items, at, member))

    def node(self, node: Node, where: list[Node] | None = None, at: int = -1, member: bool = False) -> int:
        kind = node.__class__
        if kind is Name or kind is Str or kind is Num or kind is Raw:
            return self._number(kind, 1)
        if kind is Member:
            # Half of all nodes: `.x` and `a.x` need no more than this.
            obj = node.obj  # type: ignore[attr-defined]
            if obj is None or obj.__class__ is Name:
                return self._number((node.op, obj is None), 2)  # type: ignore[attr-defined]
        known = self.memo.get(id(node))
        if known is not None:
            return known
        begin = self.clock
        self.clock = begin + 1
        key: list[Any] = [kind]
        add = key.append
        sizes = self.sizes
        size = 1
        for name, role in _plan(kind):
            value = getattr(node, name)
            if role == _LEAF:
                add(f"[{len(value)}" if value.__class__ is list else "-" if value is None else "+")
            elif role == _SHAPE:
                add(value)
            elif value is None:
                add("-")
            elif value.__class__ is list:
                if role == _STEPS and value:
                    self.steps(value, kind is Class)
                add(f"[{len(value)}")
                for index, item in enumerate(value):
                    if item.__class__ is str:
                        add("s")
                    else:
                        number = self.node(item, value, index)
                        add(number)
                        size += sizes[number]
            else:
                number = self.node(value)
                add(number)
                size += sizes[number]
        number = self._number(tuple(key), size)
        self.memo[id(node)] = number
        self.spans[id(node)] = (begin, self.clock)
        if size >= LEAST_NODES and kind in _PIECES:
            self.places.setdefault(number, []).append(_Piece((node,), where, at, member))
        return number

    def size(self, key: Any) -> int:
        """The nodes of one piece of a group."""
        if isinstance(key, int):
            return self.sizes[key]
        return sum(self.sizes[number] for number in key)

    def _number(self, key: Any, size: int) -> int:
        got = self.numbers.get(key)
        if got is None:
            got = self.numbers[key] = len(self.numbers)
            self.sizes[got] = size
        return got


def _leaves(node: Node) -> Iterator[tuple[Node, str, int | None, str]]:
    """The texts of a node that a parameter may stand for: owner, field, index in a list, text."""
    kind = node.__class__
    for name in _text_fields(kind)[1]:
        value = getattr(node, name)
        if isinstance(value, str):
            yield node, name, None, value
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield node, name, index, str(item)
    for name in names_of(kind):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield from _leaves(value)
        elif value.__class__ is list:
            for index, item in enumerate(value):
                if item.__class__ is str:
                    yield node, name, index, item
                else:
                    yield from _leaves(item)


def _with_leaves(node: Node, texts: Iterator[str]) -> Node:
    """The node with its leaves replaced, in the order of `_leaves`."""
    kind = node.__class__
    changes: dict[str, Any] = {}
    for name in _text_fields(kind)[1]:
        value = getattr(node, name)
        if isinstance(value, str):
            changes[name] = next(texts)
        elif isinstance(value, list):
            changes[name] = [next(texts) for _ in value]
    for name in names_of(kind):
        value = getattr(node, name)
        if isinstance(value, Node):
            changes[name] = _with_leaves(value, texts)
        elif value.__class__ is list:
            changes[name] = [next(texts) if i.__class__ is str else _with_leaves(i, texts) for i in value]
    return replace(node, **changes)


@dataclass(slots=True)
class _Column:
    """How a varying leaf is made of a parameter: `before + [capital] param + after`."""

    param: int
    before: str = ""
    after: str = ""
    capital: bool = False

    def text(self, argument: str) -> str:
        return self.before + (argument[:1].upper() + argument[1:] if self.capital else argument) + self.after

    def written(self, name: str) -> str:
        if not (self.before or self.after or self.capital):
            return name
        shown = name[:1].upper() + name[1:] if self.capital else name
        return f"{self.before}{_OPEN}{shown}{_CLOSE}{self.after}"


_OPEN, _CLOSE = "\ue000", "\ue001"
"""Stand for the braces of `{p}` until a rule is printed, so that the printer takes them for letters."""


_QUOTED = re.compile(r"""["'`].*["'`]\Z""", re.S)


def _common(values: list[str]) -> tuple[int, int]:
    """The lengths of what all values begin and end with."""
    first, last = min(values), max(values)
    start = 0
    while start < min(len(first), len(last)) and first[start] == last[start]:
        start += 1
    shortest = min(map(len, values))
    end = 0
    while end < shortest - start and len({v[len(v) - 1 - end] for v in values}) == 1:
        end += 1
    return start, end


def _columns(rows: list[list[str]]) -> tuple[list[_Column | None], list[list[str]]] | None:
    """For each leaf how it is made (None: the same everywhere), and each place's arguments; None where it takes too
    many parameters."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    varying = {tuple(c) for c in columns if len(set(c)) > 1}
    params: list[list[str]] = _shared(varying)
    made: dict[tuple[str, ...], _Column] = {}
    # The shortest texts first: `getId` and `setId` are made of `id`, not the other way round.
    most = MOST_PARAMS + len(params)
    for values in sorted(varying, key=lambda v: (sum(map(len, v)), v)):
        known = _from_known(list(values), params)
        made[values] = known if known is not None else _new(list(values), params)
        if len(params) > most:
            return None
    out = [made.get(tuple(c)) for c in columns]
    order = list(dict.fromkeys(c.param for c in out if c is not None))
    for column in made.values():
        column.param = order.index(column.param)
    return out, [list(args) for args in zip(*(params[i] for i in order), strict=True)]


def _shared(varying: set[tuple[str, ...]]) -> list[list[str]]:
    """What several columns differ in, if it is one thing: `get_order`, `orders` and `"order"` are made of `order`."""
    tally: dict[tuple[str, ...], int] = {}
    for values in varying:
        start, end = _common(list(values))
        middles = [v[start : len(v) - end] for v in values]
        if all(m.isidentifier() for m in middles):
            key = tuple(m[:1].lower() + m[1:] for m in middles)
            tally[key] = tally.get(key, 0) + 1
    best = max(tally.items(), key=lambda item: (item[1], item[0]), default=None)
    return [list(best[0])] if best is not None and best[1] > 1 else []


def _from_known(values: list[str], params: list[list[str]]) -> _Column | None:
    for index, known in enumerate(params):
        if known == values:
            return _Column(index)
        for capital in (False, True):
            base = [k[:1].upper() + k[1:] for k in known] if capital else known
            place = values[0].find(base[0])
            if place < 0 or not base[0]:
                continue
            before, after = values[0][:place], values[0][place + len(base[0]) :]
            if all(v == before + b + after for v, b in zip(values, base, strict=True)):
                if _plain_affix(before) and _plain_affix(after):
                    return _Column(index, before, after, capital)
    return None


def _plain_affix(text: str) -> bool:
    return "{" not in text and "}" not in text


def _new(values: list[str], params: list[list[str]]) -> _Column:
    """A new parameter; of strings only the middle part that differs, cut at word borders."""
    if all(_QUOTED.match(v) and len(v) > 1 for v in values):
        start, end = _common(values)
        if start > 4 or end > 4:
            before, after = values[0][:start], values[0][len(values[0]) - end :] if end else ""
            before = before[: _border(before)]
            middle = [v[len(before) : len(v) - len(after)] for v in values]
            if all(m and m.replace("_", "").isalnum() for m in middle) and _plain_affix(before) and _plain_affix(after):
                params.append(middle)
                return _Column(len(params) - 1, before, after)
    params.append(values)
    return _Column(len(params) - 1)


def _border(text: str) -> int:
    """The end of the last whole word of a prefix: a parameter must not begin within a word."""
    match = re.search(r"[A-Za-z0-9]+\Z", text)
    return match.start() if match else len(text)


_PARAM_NAMES = "xyzuvwabcdefgh"


@dataclass(slots=True)
class _Candidate:
    pieces: list[_Piece]
    columns: list[_Column | None]
    arguments: list[list[str]]
    saved: int
    definition: str
    name: str


def factor(steps: list[Node], count: Count, text: str | None = None) -> tuple[str, list[Node]]:
    """The map's text (empty where nothing pays) and the steps that use it. `text`: the steps as they are printed."""
    taken = _names(steps, print_members(steps) if text is None else text)
    definitions, steps, _ = _rules(steps, count, taken)
    aliases, steps = alias(steps, count, taken, words_for)
    return "\n".join([*aliases, *definitions]), steps


def words_for(text: str) -> list[str]:
    """Words that could stand for a name or chain: its last word, its first, its initials."""
    words = [w.lower() for w in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", text)]
    if not words:
        return []
    return [w for w in (words[-1], words[0], "".join(w[0] for w in words)) if w not in RESERVED and len(w) > 1]


def _rules(steps: list[Node], count: Count, taken: set[str]) -> tuple[list[str], list[Node], int]:
    """The rules' definitions, the steps that use them, and the tokens saved."""
    shapes = _Shapes()
    shapes.steps(steps, True)
    groups = [
        pieces
        for key, pieces in shapes.places.items()
        if len(pieces) > 1 and (len(pieces) - 1) * shapes.size(key) > LEAST_SIZE
    ]
    if not groups:
        return [], steps, 0
    candidates: list[_Candidate] = []
    for pieces in groups:
        made = _candidate(pieces, count, taken)
        if made is not None:
            candidates.append(made)
    if not candidates:
        return [], steps, 0
    candidates.sort(key=lambda c: (-c.saved, c.definition))
    chosen: list[_Candidate] = []
    used: list[tuple[int, int]] = []
    swaps: dict[int, Node | None] = {}
    total = 0
    for candidate in candidates:
        free = [i for i, p in enumerate(candidate.pieces) if not _overlaps(p, shapes.spans, used)]
        free = _apart(candidate.pieces, free)
        if len(free) < 2:
            continue
        if len(free) < len(candidate.pieces):
            again = _candidate([candidate.pieces[i] for i in free], count, taken)
            if again is None:
                continue
            candidate = again
        name = _free_name(candidate.name, taken)
        taken.add(name)
        if name != candidate.name:
            candidate.definition = name + candidate.definition[len(candidate.name) :]
            candidate.name = name
        for piece, arguments in zip(candidate.pieces, candidate.arguments, strict=True):
            use = Call(Name(name), [Raw(a) for a in arguments]) if arguments else Name(name)
            whole = piece.nodes[0].__class__ in _WHOLE
            swaps[id(piece.nodes[0])] = Do(use) if whole else use
            for other in piece.nodes[1:]:
                swaps[id(other)] = None
            used.extend(shapes.spans[id(n)] for n in piece.nodes if id(n) in shapes.spans)
        chosen.append(candidate)
        total += candidate.saved
    if total <= MAP_COST:
        return [], steps, 0
    names = {c.name for c in chosen if c.arguments[0]}
    return [c.definition for c in chosen], _swapped_list(steps, swaps, names), total


def _joined(items: list[Node], names: set[str]) -> list[Node]:
    """Uses of one rule in a row share its name: `col(a);col(b)` is `col(a;b)`."""
    out: list[Node] = []
    for item in items:
        before = out[-1] if out else None
        if _use(item, names) and before is not None and _use(before, names):
            first, second = before.value, item.value  # type: ignore[attr-defined]
            if first.fn == second.fn:
                whole = ",".join(a.text for a in first.args) + ";" + ",".join(a.text for a in second.args)
                out[-1] = Do(Call(first.fn, [Raw(whole)]))
                continue
        out.append(item)
    return out if len(out) < len(items) else items


def _use(node: Node, names: set[str]) -> bool:
    call = node.value if node.__class__ is Do else None
    return call.__class__ is Call and call.fn.__class__ is Name and call.fn.id in names and bool(call.args)


def _names(steps: list[Node], text: str) -> set[str]:
    """Words that stand alone in the file's view, names above all: no rule may be called so. A member's name does not,
    it has its dot."""
    from aiccl_converter.language.tree import walk

    taken = set(_LONE_WORD.findall(_STRINGS.sub('""', text)))
    taken.update(node.id for node in walk(steps) if isinstance(node, Name))
    return taken


def _apart(pieces: list[_Piece], free: list[int]) -> list[int]:
    """Pieces that do not share nodes, first come first served (runs overlap)."""
    seen: set[int] = set()
    out = []
    for index in free:
        ids = {id(n) for n in pieces[index].nodes}
        if not ids & seen:
            seen |= ids
            out.append(index)
    return out


def _overlaps(piece: _Piece, spans: dict[int, tuple[int, int]], used: list[tuple[int, int]]) -> bool:
    """Whether a piece holds, or is held by, what a rule stands for already."""
    for node in piece.nodes:
        begin, end = spans.get(id(node), (0, 0))
        if any(begin < other_end and other < end for other, other_end in used):
            return True
    return False


def _printed(nodes: tuple[Node, ...], member: bool) -> str:
    """Nodes as they stand in the map: on one line but for what brackets hold."""
    return ";".join(_in_a_row(_written(node, member)) for node in nodes)


def _in_a_row(text: str) -> str:
    """A text without line ends outside of brackets: decorators before what they decorate, steps in a row."""
    if "\n" not in text:
        return text
    out: list[str] = []
    depth = 0
    for line in text.split("\n"):
        if out:
            last = out[-1]
            out.append("\n" if depth > 0 else " " if last.startswith("@") and not depth else ";")
        out.append(line)
        bare = _STRINGS.sub("", line)
        depth += sum(bare.count(c) for c in "([{") - sum(bare.count(c) for c in ")]}")
    return "".join(out)


_WORD = re.compile(r"[A-Za-z_]\w*")
_LONE_WORD = re.compile(r"(?<![.\w])[A-Za-z_]\w*")
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`(?:[^`\\]|\\.)*`')


def _written(node: Node, member: bool) -> str:
    """A node as it stands where it is: a member of a file or class, a step, or one expression."""
    if node.__class__ in _PARTS:
        return print_expr(node)
    return print_members([node]) if member else print_steps([node])


def _candidate(pieces: list[_Piece], count: Count, taken: set[str]) -> _Candidate | None:
    pieces = [pieces[i] for i in _apart(pieces, list(range(len(pieces))))]
    rows = [[leaf[3] for node in p.nodes for leaf in _leaves(node)] for p in pieces]
    pieces, rows = _alike(pieces, rows)
    if len(pieces) < 2:
        return None
    got = _columns(rows)
    if got is None:
        return None
    columns, arguments = got
    if not arguments:
        arguments = [[] for _ in pieces]
    if any(not _sound(a) for args in arguments for a in args):
        return None
    if not _promising(rows[0], columns, arguments):
        return None
    member = all(p.member for p in pieces)
    first = _printed(pieces[0].nodes, member)
    size = count(first)
    letters = sum(len(a) + 1 for args in arguments for a in args)
    if (size - 3) * len(pieces) - letters / 3.5 - size < LEAST_SAVED - 3:
        return None  # a guess, from one piece; the sum below is exact
    shown = [first, *(_printed(p.nodes, member) for p in pieces[1:])]
    busy = taken.union(*(_WORD.findall(text) for text in shown))
    params = [n for n in _PARAM_NAMES if n not in busy and n.upper() not in busy][: len(arguments[0])]
    if len(params) < len(arguments[0]):
        return None
    template = [
        rows[0][i] if column is None else column.written(params[column.param]) for i, column in enumerate(columns)
    ]
    for row, args in zip(rows, arguments, strict=True):
        if row != [rows[0][i] if c is None else c.text(args[c.param]) for i, c in enumerate(columns)]:
            return None
    texts = iter(template)
    body = [_with_leaves(node, texts) for node in pieces[0].nodes]
    name = _name_for(pieces[0].nodes[0])
    head = f"{name}({','.join(params)})" if params else name
    macro = _printed(tuple(body), member).replace(_OPEN, "{").replace(_CLOSE, "}")
    arguments = [[print_expr(Str(a)) if _QUOTED.match(a) else a for a in args] for args in arguments]
    if any(substituted(macro, params, args) != text for args, text in zip(arguments, shown, strict=True)):
        return None  # `{x}` or the word x would mean two things in it
    definition = f"{head}={macro}"
    before = sum(map(count, shown))
    after = sum(count(f"{name}({','.join(args)})" if args else name) for args in arguments) + count(definition) + 1
    saved = before - after
    return _Candidate(pieces, columns, arguments, saved, definition, name) if saved >= LEAST_SAVED else None


def _promising(texts: list[str], columns: list[_Column | None], arguments: list[list[str]]) -> bool:
    """A quick guess at what a rule would save, in letters: what stays the same is written once instead of each time,
    each use costs a name and its arguments. Spares printing and counting what cannot pay."""
    same = sum(len(t) + 2 for t, c in zip(texts, columns, strict=True) if c is None)
    varying = sum(len(t) + 1 for t, c in zip(texts, columns, strict=True) if c is not None)
    uses = sum(8 + sum(len(a) + 1 for a in args) for args in arguments)
    return (same + varying) * len(arguments) * 1.3 > uses + same + varying + 12


def _alike(pieces: list[_Piece], rows: list[list[str]]) -> tuple[list[_Piece], list[list[str]]]:
    """Of a large group with many differences the part that agrees with its commonest member."""
    if len(rows) < 3:
        return pieces, rows
    width = len(rows[0])
    modes = []
    for column in zip(*rows, strict=True):
        tally: dict[str, int] = {}
        for value in column:
            tally[value] = tally.get(value, 0) + 1
        best = max(tally.values())
        modes.append(next(v for v in column if tally[v] == best) if best > 1 else None)
    limit = max(2, width // 3)
    kept = [
        i
        for i, row in enumerate(rows)
        if sum(m is not None and v != m for v, m in zip(row, modes, strict=True)) <= limit
    ]
    return [pieces[i] for i in kept], [rows[i] for i in kept]


def _sound(argument: str) -> bool:
    """Whether a text can stand as an argument: one line, brackets and quotes in pairs, no bare comma or semicolon."""
    if argument.isidentifier() or argument.isdecimal():
        return True
    if not argument or "\n" in argument or argument != argument.strip():
        return False
    try:
        tokens = lex(argument)
    except ParseError:
        return False
    at = 0
    while tokens.word[at]:
        if tokens.word[at] in (",", ";"):
            return False
        at = tokens.close.get(at, at) + 1
    return True


def _name_for(node: Node) -> str:
    """A word that says what the rule stands for: what it calls, or what the unit is named."""
    if isinstance(node, Route):
        return node.method.lower() or "route"
    if isinstance(node, Func):
        words = re.findall(r"[A-Z]?[a-z]+", node.name)
        return words[0].lower() if words else "unit"
    if isinstance(node, Class):
        words = re.findall(r"[A-Z]?[a-z]+", node.name)
        return words[-1].lower() if words else "type"
    if isinstance(node, (Do, Assign)) and node.value is not None:
        return _name_for(node.value) if node.value.__class__ in _PARTS else "set"
    if isinstance(node, Call):
        fn: Node = node.fn
        text = getattr(fn, "name", None) or getattr(fn, "id", None) or "call"
        words = re.findall(r"[A-Z]?[a-z]+", str(text))
        return words[-1].lower() if words else "call"
    if isinstance(node, Member):
        return node.name
    if isinstance(node, (Un, Await)):
        return "it"
    if isinstance(node, (If, While)):
        return _name_for(node.then[0]) if isinstance(node, If) and node.then else "loop"
    if isinstance(node, Each) and node.body:
        return _name_for(node.body[0])
    if isinstance(node, Element):
        return (node.tag or "el").split(".")[-1].lower()
    return "set"


def _free_name(wanted: str, taken: set[str]) -> str:
    if wanted not in taken and wanted not in RESERVED and len(wanted) > 1:
        return wanted
    for letter in "12345678":
        if wanted + letter not in taken:
            return wanted + letter
    return f"{wanted}_{len(taken)}"


def _swapped_list(items: list[Any], swaps: dict[int, Node | None], names: set[str]) -> list[Node]:
    out: list[Any] = []
    changed = False
    for item in items:
        if item.__class__ is str:
            out.append(item)
            continue
        if id(item) in swaps:
            changed = True
            new = swaps[id(item)]
            if new is not None:
                out.append(new)
            continue
        new = _swapped(item, swaps, names)
        changed |= new is not item
        out.append(new)
    return _joined(out, names) if changed else items


def _swapped(node: Node, swaps: dict[int, Node | None], names: set[str]) -> Node:
    changes: dict[str, Any] = {}
    for name in names_of(node.__class__):
        value = getattr(node, name)
        if isinstance(value, Node):
            new = swaps.get(id(value)) or _swapped(value, swaps, names)
            if new is not value:
                changes[name] = new
        elif value.__class__ is list:
            items = _swapped_list(value, swaps, names)
            if items is not value:
                changes[name] = items
    return replace(node, **changes) if changes else node
