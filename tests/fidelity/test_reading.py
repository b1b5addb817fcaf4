"""Each kind of fact is read, from source trees and from views alike."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.fidelity import check, extract
from aiccl_converter.fidelity.keys import Keys, clauses, loops
from aiccl_converter.fidelity.model import CALL, LOOP, RAISE, RETURN, WRITE, YIELD, Event, Facts
from aiccl_converter.language.parser import parse_unit


def facts(code: str) -> Facts:
    return extract(lower_unit(code, "python"))


def events(found: Facts, kind: str) -> list[Event]:
    return [e for e in found.events if e.kind == kind]


def named(found: Facts, kind: str, name: str) -> Event:
    return next(e for e in events(found, kind) if e.name == name)


def holds(found: Facts, event: Event) -> list[list[tuple[str, int]]]:
    """What holds at an event: clauses of (keys, sign)."""
    keys = Keys(found)
    return [[(" ".join(sorted(keys.atom(a))), sign) for a, sign in c.literals] for c in clauses(event.place)]


def test_calls_with_their_arguments() -> None:
    found = facts("def f(a, b):\n    return a.send(b, 'x', key=3)\n")
    call = named(found, CALL, "send")
    assert [key for key, _ in call.args] == ["", "", "key"]
    assert found.words[call.recv[0]] == "a"
    assert ("x", 3) not in found.texts and [t for t, _ in found.texts] == ["x"]
    assert [n for n, _ in found.numbers] == ["3"]


def test_parameters_errors_results_writes_yields_loops() -> None:
    found = facts(
        "def f(a, b=2, *rest):\n    for x in a:\n        yield x\n    self.n = b\n    if b:\n        raise KeyError('no')\n    return None\n"
    )
    assert [p.name for p in found.parameters] == ["a", "b", "rest"]
    assert [e.name for e in events(found, RAISE)] == ["KeyError"]
    assert [e.name for e in events(found, WRITE)] == ["n"]
    assert len(events(found, YIELD)) == len(events(found, LOOP)) == 1
    assert [e.name for e in events(found, RETURN)] == [".nil"]


CONDITIONS = {
    "if": ("if a:\n        g()", [[("a", 1)]]),
    "not": ("if not a:\n        g()", [[("a", -1)]]),
    "missing": ("if a is None:\n        g()", [[("a", -1)]]),
    "there": ("if a != None:\n        g()", [[("a", 1)]]),
    "else": ("if a:\n        pass\n    else:\n        g()", [[("a", -1)]]),
    "early exit": ("if a:\n        return\n    g()", [[("a", -1)]]),
    "both": ("if a and b:\n        g()", [[("a", 1)], [("b", 1)]]),
    "either": ("if a or b:\n        g()", [[("a", 1), ("b", 1)]]),
    "De Morgan": ("if not (a or not b):\n        g()", [[("a", -1)], [("b", 1)]]),
    "short circuit": ("a and g()", [[("a", 1)]]),
    "or else": ("x = a or g()", [[("a", -1)]]),
    "choice": ("x = 1 if a else g()", [[("a", -1)]]),
    "assert": ("assert a\n    g()", [[("a", 1)]]),
    "named": ("ok = not a\n    if ok:\n        g()", [[("a", -1)]]),
}


@pytest.mark.parametrize("how", CONDITIONS)
def test_conditions_are_brought_to_one_form(how: str) -> None:
    body, expected = CONDITIONS[how]
    found = facts(f"def f(a, b):\n    {body}\n")
    assert holds(found, named(found, CALL, "g")) == expected


@pytest.mark.parametrize("test", ["a < b", "b > a", "not a >= b", "not b <= a"])
def test_order_has_one_form(test: str) -> None:
    found = facts(f"def f(a, b):\n    if {test}:\n        g()\n")
    (clause,) = clauses(named(found, CALL, "g").place)
    ((atom, sign),) = clause.literals
    keys = Keys(found)
    assert (atom.op, sign, keys.of(atom.left, atom.unit), keys.of(atom.right, atom.unit)) == ("<", 1, {"a"}, {"b"})


def test_loops_and_comprehensions_say_what_they_go_over() -> None:
    for code in ("for x in a.items:\n        g(x)", "[g(x) for x in a.items]", "map(lambda x: g(x), a.items)"):
        found = facts(f"def f(a):\n    {code}\n")
        assert loops(named(found, CALL, "g").place), code


def test_locals_stand_for_what_they_are_made_of() -> None:
    found = facts("def f(a):\n    t = a.total\n    u = t\n    g(u)\n")
    call = named(found, CALL, "g")
    assert Keys(found).of(call.value, call.place.unit) == {"a", "total"}


def test_a_view_reads_like_its_source() -> None:
    view = extract(parse_unit('f(a)\na.ok|^!KeyError("no {a.id}")\nx<-a.items{g(x)}\n^a?1:b'))
    assert named(view, RAISE, "KeyError").kind == RAISE
    assert holds(view, named(view, CALL, "KeyError")) == [[("a ok", -1)]]
    assert loops(named(view, CALL, "g").place)
    assert [t for t, _ in view.texts] == ["no {}"]


FREE = {
    "an ORM call": ("def f(u):\n    u.save()\n", "f(u)\ns>u"),
    "a lock": ("def f(m):\n    with m.lock:\n        m.go()\n", "f(m)\nwith m.lock{m.go()}"),
    "English for a call": ("def f(e):\n    return g(e.strip().lower())\n", "f(e)\n^g(lowered, stripped e)"),
    "holes of a text": ("def f(n):\n    raise E('no %s here' % n)\n", 'f(n)\n^!E("no {n} here")'),
    "a default": ("def f(n):\n    if not n:\n        n = g()\n    return h(n)\n", "f(n)\n^h(n|g())"),
    "a test given back": ("def f(n):\n    if n.a == 3:\n        return True\n    return False\n", "f(n)\n^n.a==3"),
    "a list gone through": ("def f(n):\n    n.add('aa')\n    n.add('bb')\n", "f(n)\nx<-'aa','bb'{n.add(x)}"),
}


@pytest.mark.parametrize("how", FREE)
def test_free_restatement_passes(how: str) -> None:
    source, view = FREE[how]
    report = check(source, view, "python")
    assert report.passed, str(report)


TOLD = {
    "a name": "f(u)\nu.ok|^!AuthError(\"unknown user\")\nnotifyAdmin(u)\n^u.save(3, 'a')",
    "an error": "f(u)\nu.ok|^!LoginError(\"unknown user\")\n^u.save(3, 'a')",
    "a text": "f(u)\nu.ok|^!AuthError(\"user unknown to me\")\n^u.save(3, 'a')",
    "a number": "f(u)\nu.ok|^!AuthError(\"unknown user\")\n^u.save(4, 'a')",
    "a member": "f(u)\nu.okay|^!AuthError(\"unknown user\")\n^u.save(3, 'a')",
}


@pytest.mark.parametrize("what", TOLD)
def test_inventions_are_named(what: str) -> None:
    source = "def f(u):\n    if not u.ok:\n        raise AuthError('unknown user')\n    return u.save(3, 'a')\n"
    report = check(source, TOLD[what], "python")
    assert report.invented and not report.passed, str(report)
