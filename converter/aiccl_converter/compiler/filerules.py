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
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aiccl_converter.compiler.aliases import alias, fixed_names, offers, tally
from aiccl_converter.compiler.expand_rules import substituted
from aiccl_converter.compiler.shapes import PARTS, WHOLE, Piece, Shapes, Span, Taken, text_fields
from aiccl_converter.language.errors import ParseError
from aiccl_converter.language.lexer import lex
from aiccl_converter.language.printer import print_expr, print_members, print_steps
from aiccl_converter.language.tree import (
    Assign,
    Await,
    Call,
    Class,
    Do,
    Each,
    Element,
    Func,
    If,
    Member,
    Name,
    Node,
    Raw,
    Route,
    Str,
    Un,
    While,
    altered,
    names_of,
)

Count = Callable[[str], int]

MOST_PARAMS = 5
LEAST_SAVED = 4
"""Tokens that a rule must save, its definition paid."""
MAP_COST = 9
"""Tokens of the map's own tags."""

RESERVED = frozenset(
    "as match try fin go with do for fail defer else if in is not and or new break continue quirk log first any all sum"
    " len state effect this self super None null nil true false True False class def func return import".split()
)
"""Words that would mislead as a rule's name."""


def _leaves(node: Node) -> list[str]:
    """The texts of a node that a parameter may stand for: its own, then those of its parts."""
    kind = node.__class__
    out: list[str] = []
    for name in text_fields(kind)[1]:
        value = getattr(node, name)
        if isinstance(value, str):
            out.append(value)
        elif isinstance(value, list):
            out.extend(map(str, value))
    for name in names_of(kind):
        value = getattr(node, name)
        if isinstance(value, Node):
            out += _leaves(value)
        elif value.__class__ is list:
            for item in value:
                out += [item] if item.__class__ is str else _leaves(item)
    return out


class _Body:
    """A rule's body: a piece with other leaves. What keeps its leaves stays the very same object."""

    def __init__(self, texts: list[str], changed: list[int], spans: dict[int, Span]) -> None:
        self.texts = texts
        """All leaves, in the order of `_leaves`."""
        self.changed = changed
        """Which of them are others than the piece's, in order."""
        self.spans = spans
        self.at = 0

    def take(self) -> str:
        self.at += 1
        return self.texts[self.at - 1]

    def node(self, node: Node) -> Node:
        span = self.spans.get(id(node))
        if span is not None:
            end = self.at + span[4] - span[3]
            first = bisect_left(self.changed, self.at)
            if first == len(self.changed) or self.changed[first] >= end:
                self.at = end
                return node
        kind = node.__class__
        changes: dict[str, Any] = {}
        for name in text_fields(kind)[1]:
            value = getattr(node, name)
            if isinstance(value, str):
                changes[name] = self.take()
            elif isinstance(value, list):
                changes[name] = [self.take() for _ in value]
        for name in names_of(kind):
            value = getattr(node, name)
            if isinstance(value, Node):
                changes[name] = self.node(value)
            elif value.__class__ is list:
                changes[name] = [self.take() if i.__class__ is str else self.node(i) for i in value]
        return altered(node, changes)


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
    turned = [v[::-1] for v in values]
    first, last = min(turned), max(turned)
    end = 0
    while end < shortest - start and first[end] == last[end]:
        end += 1
    return start, end


def _columns(rows: list[list[str]]) -> tuple[list[_Column | None], list[list[str]]] | None:
    """For each leaf how it is made (None: the same everywhere), and each place's arguments; None where it takes too
    many parameters."""
    columns = [c if c.count(c[0]) < len(c) else None for c in zip(*rows, strict=True)]
    varying = {c for c in columns if c is not None}
    params: list[list[str]] = _shared(varying)
    made: dict[tuple[str, ...], _Column] = {}
    # The shortest texts first: `getId` and `setId` are made of `id`, not the other way round.
    most = MOST_PARAMS + len(params)
    for values in sorted(varying, key=lambda v: (sum(map(len, v)), v)):
        known = _from_known(list(values), params)
        made[values] = known if known is not None else _new(list(values), params)
        if len(params) > most:
            return None
    out = [made[c] if c is not None else None for c in columns]
    order = list(dict.fromkeys(c.param for c in out if c is not None))
    for column in made.values():
        column.param = order.index(column.param)
    return out, [list(args) for args in zip(*(params[i] for i in order), strict=True)]


def _shared(varying: set[tuple[str, ...]]) -> list[list[str]]:
    """What several columns differ in, if it is one thing: `get_order`, `orders` and `"order"` are made of `order`."""
    if len(varying) < 2:
        return []
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
_LETTERS = frozenset(_PARAM_NAMES + _PARAM_NAMES.upper())
_NOWHERE: Span = (0, 0, 0, 0, 0)


@dataclass(slots=True)
class _Candidate:
    pieces: list[Piece]
    columns: list[_Column | None]
    arguments: list[list[str]]
    saved: int
    definition: str
    name: str


def factor(steps: list[Node], count: Count, text: str | None = None) -> tuple[str, list[Node]]:
    """The map's text (empty where nothing pays) and the steps that use it. `text`: the steps as they are printed."""
    shapes = Shapes(steps)
    taken = Taken(lambda: print_members(steps) if text is None else text, (*shapes.names, *shapes.roots))
    chosen, shown = _rules(steps, shapes, count, taken)
    aliases, shown = _aliases(shown, shapes, chosen, count, taken)
    definitions = [c.definition for c in chosen]
    return "\n".join([*aliases, *definitions]), shown


def _aliases(
    steps: list[Node], shapes: Shapes, chosen: list[_Candidate], count: Count, taken: Taken
) -> tuple[list[str], list[Node]]:
    """The aliases of steps that use some rules already."""
    uses = shapes.uses()
    if not chosen and not shapes.shared:
        return alias(steps, uses, fixed_names(shapes.binders), count, taken, words_for)
    for rule in chosen:
        uses[rule.name] += len(rule.pieces)
    # What stands in the file with its rules stands in it without them: where nothing pays there, nothing will.
    if not shapes.shared and not offers(uses, (), count):
        return [], steps
    return alias(steps, *tally(steps), count, taken, words_for)


def words_for(text: str) -> list[str]:
    """Words that could stand for a name or chain: its last word, its first, its initials."""
    words = [w.lower() for w in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", text)]
    if not words:
        return []
    return [w for w in (words[-1], words[0], "".join(w[0] for w in words)) if w not in RESERVED and len(w) > 1]


def _rules(steps: list[Node], shapes: Shapes, count: Count, taken: Taken) -> tuple[list[_Candidate], list[Node]]:
    """The rules and the steps that use them."""
    candidates: list[_Candidate] = []
    for pieces in shapes.groups():
        made = _candidate(pieces, shapes, count, taken)
        if made is not None:
            candidates.append(made)
    if not candidates:
        return [], steps
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
            again = _candidate([candidate.pieces[i] for i in free], shapes, count, taken)
            if again is None:
                continue
            candidate = again
        name = _free_name(candidate.name, taken.words)
        taken.words.add(name)
        if name != candidate.name:
            candidate.definition = name + candidate.definition[len(candidate.name) :]
            candidate.name = name
        for piece, arguments in zip(candidate.pieces, candidate.arguments, strict=True):
            use = Call(Name(name), [Raw(a) for a in arguments]) if arguments else Name(name)
            whole = piece.nodes[0].__class__ in WHOLE
            swaps[id(piece.nodes[0])] = Do(use) if whole else use
            for other in piece.nodes[1:]:
                swaps[id(other)] = None
            used.extend(shapes.spans[id(n)][1:3] for n in piece.nodes if id(n) in shapes.spans)
        chosen.append(candidate)
        total += candidate.saved
    if total <= MAP_COST:
        return [], steps
    names = {c.name for c in chosen if c.arguments[0]}
    return chosen, _Swap(swaps, names, shapes).steps(steps)


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


def _apart(pieces: list[Piece], free: list[int]) -> list[int]:
    """Pieces that do not share nodes, first come first served (runs overlap)."""
    seen: set[int] = set()
    out = []
    for index in free:
        ids = {id(n) for n in pieces[index].nodes}
        if not ids & seen:
            seen |= ids
            out.append(index)
    return out


def _overlaps(piece: Piece, spans: dict[int, Span], used: list[tuple[int, int]]) -> bool:
    """Whether a piece holds, or is held by, what a rule stands for already."""
    for node in piece.nodes:
        _, begin, end, _, _ = spans.get(id(node), _NOWHERE)
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
    if node.__class__ in PARTS:
        return print_expr(node)
    return print_members([node]) if member else print_steps([node])


def _row(piece: Piece, shapes: Shapes) -> list[str]:
    """The texts of a piece that a parameter may stand for."""
    row: list[str] = []
    for node in piece.nodes:
        span = shapes.spans.get(id(node))
        row += _leaves(node) if span is None else shapes.leaves[span[3] : span[4]]
    return row


def _candidate(pieces: list[Piece], shapes: Shapes, count: Count, taken: Taken) -> _Candidate | None:
    pieces = [pieces[i] for i in _apart(pieces, list(range(len(pieces))))]
    pieces, rows = _alike(pieces, [_row(piece, shapes) for piece in pieces])
    if len(pieces) < 2 or not _large_enough(rows):
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
    params: list[str] = []
    if arguments[0]:
        busy = {word for text in shown for word in _WORD.findall(text)}
        busy |= taken.words & _LETTERS
        params = [n for n in _PARAM_NAMES if n not in busy and n.upper() not in busy][: len(arguments[0])]
        if len(params) < len(arguments[0]):
            return None
    template = [
        rows[0][i] if column is None else column.written(params[column.param]) for i, column in enumerate(columns)
    ]
    varying = [(i, c) for i, c in enumerate(columns) if c is not None]
    for row, args in zip(rows, arguments, strict=True):
        if any(row[i] != c.text(args[c.param]) for i, c in varying):
            return None
    body = _Body(template, [i for i, _ in varying], shapes.spans)
    name = _name_for(pieces[0].nodes[0])
    head = f"{name}({','.join(params)})" if params else name
    macro = _printed(tuple(map(body.node, pieces[0].nodes)), member).replace(_OPEN, "{").replace(_CLOSE, "}")
    arguments = [[print_expr(Str(a)) if _QUOTED.match(a) else a for a in args] for args in arguments]
    if any(substituted(macro, params, args) != text for args, text in zip(arguments, shown, strict=True)):
        return None  # `{x}` or the word x would mean two things in it
    definition = f"{head}={macro}"
    before = size + sum(map(count, shown[1:]))
    uses = sum([count(f"{name}({','.join(args)})") for args in arguments]) if params else count(name) * len(pieces)
    after = uses + count(definition) + 1
    saved = before - after
    return _Candidate(pieces, columns, arguments, saved, definition, name) if saved >= LEAST_SAVED else None


def _large_enough(rows: list[list[str]]) -> bool:
    """False where `_promising` could not hold, whatever the parameters: a look at one row."""
    letters = sum(map(len, rows[0])) + 2 * len(rows[0])
    return letters * (len(rows) * 1.3 - 1) > 8 * len(rows) + 11.9


def _promising(texts: list[str], columns: list[_Column | None], arguments: list[list[str]]) -> bool:
    """A quick guess at what a rule would save, in letters: what stays the same is written once instead of each time,
    each use costs a name and its arguments. Spares printing and counting what cannot pay."""
    same = sum(len(t) + 2 for t, c in zip(texts, columns, strict=True) if c is None)
    varying = sum(len(t) + 1 for t, c in zip(texts, columns, strict=True) if c is not None)
    uses = sum(8 + sum(len(a) + 1 for a in args) for args in arguments)
    return (same + varying) * len(arguments) * 1.3 > uses + same + varying + 12


def _alike(pieces: list[Piece], rows: list[list[str]]) -> tuple[list[Piece], list[list[str]]]:
    """Of a large group with many differences the part that agrees with its commonest member."""
    if len(rows) < 3:
        return pieces, rows
    odd: list[tuple[int, str]] = []
    """Leaves that differ, and what most pieces have there."""
    for index, column in enumerate(zip(*rows, strict=True)):
        if column.count(column[0]) < len(column):
            tally = Counter(column)
            common = max(tally, key=tally.__getitem__)
            if tally[common] > 1:
                odd.append((index, common))
    limit = max(2, len(rows[0]) // 3)
    if len(odd) <= limit:
        return pieces, rows
    kept = [i for i, row in enumerate(rows) if sum(row[k] != common for k, common in odd) <= limit]
    return [pieces[i] for i in kept], [rows[i] for i in kept]


@lru_cache(maxsize=4096)
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
        return _name_for(node.value) if node.value.__class__ in PARTS else "set"
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


class _Swap:
    """Puts the uses of rules where they stand; what holds none is not looked at."""

    def __init__(self, swaps: dict[int, Node | None], names: set[str], shapes: Shapes) -> None:
        self.swaps = swaps
        self.names = names
        self.spans = shapes.spans
        known = not shapes.shared and all(at in shapes.spans for at in swaps)
        self.begins = sorted(shapes.spans[at][1] for at in swaps) if known else None

    def steps(self, items: list[Any]) -> list[Node]:
        out: list[Any] = []
        changed = False
        for item in items:
            if item.__class__ is str:
                out.append(item)
                continue
            if id(item) in self.swaps:
                changed = True
                new = self.swaps[id(item)]
                if new is not None:
                    out.append(new)
                continue
            new = self.node(item)
            changed |= new is not item
            out.append(new)
        return _joined(out, self.names) if changed else items

    def node(self, node: Node) -> Node:
        if self.begins is not None:
            span = self.spans.get(id(node))
            if span is not None:
                at = bisect_left(self.begins, span[1])
                if at == len(self.begins) or self.begins[at] >= span[2]:
                    return node
        changes: dict[str, Any] = {}
        for name in names_of(node.__class__):
            value = getattr(node, name)
            if isinstance(value, Node):
                new = self.swaps.get(id(value)) or self.node(value)
                if new is not value:
                    changes[name] = new
            elif value.__class__ is list:
                items = self.steps(value)
                if items is not value:
                    changes[name] = items
        return altered(node, changes) if changes else node
