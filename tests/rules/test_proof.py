"""The proof that spares the check: it holds for AICCL's own forms, for no faulty view, and never where the check says
other than passed."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiccl_converter.compiler.proof import Proof
from aiccl_converter.compiler.rules import engine, normal_engine, rules
from aiccl_converter.fidelity import compare
from aiccl_converter.language.tree import Assign, Call, Func, Name, Node, Return, names_of
from aiccl_converter.source.lower import lower_unit

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
try:
    from mutants import mutants
finally:
    sys.path.pop(0)

FORMS = {
    "renamed": "def f(a):\n    current_offset_value = a.take()\n    g(current_offset_value)\n"
    "    return current_offset_value\n",
    "temporary": "def f(a):\n    row = a.find(1)\n    return row.body\n",
    "temporaries": "def f(a):\n    row = a.find(1)\n    text = row.body.strip()\n    return text\n",
    "choice": "def f(a):\n    if a.ready:\n        return a.one\n    return a.two\n",
    "choices": "def f(a):\n    if a.x:\n        return a.one\n    else:\n        if a.y:\n            return a.two\n"
    "        else:\n            return a.three\n",
    "chosen": "def f(a):\n    if a.ready:\n        x = g()\n    else:\n        x = h()\n    a.put(x)\n    return x\n",
    "truth": "def f(a):\n    if a.x > 3:\n        return True\n    return False\n",
    "untruth": "def f(a):\n    if a.x in a.xs:\n        return False\n    return True\n",
    "guard": "def f(a):\n    row = a.find(1)\n    if not row:\n        raise Gone(a)\n    a.put(row)\n    return row\n",
    "guards": "def f(a, b):\n    if not a.open:\n        b.tell(a)\n        return None\n    b.put(a)\n    return a.close()\n",
    "default": "def f(a=None):\n    if a is None:\n        a = []\n    g(a)\n    return a\n",
    "fallback": "def f(a):\n    if not a:\n        a = other()\n    g(a)\n    return a\n",
    "rest": "def f(a):\n    if a.x:\n        g(a)\n        return 1\n    else:\n        h(a)\n        a.y = 2\n    k(a)\n",
    "nested": "def f(a):\n    if a.x:\n        if a.y:\n            g(a)\n            h(a)\n",
    "repeated": "def f(a):\n    if a.x:\n        return None\n    if a.y:\n        return None\n    if a.z:\n"
    "        return None\n    g(a)\n    h(a)\n",
    "fields": "class A:\n    def f(self, a, b):\n        self.a = a\n        self.b = b + 1\n        self.go()\n",
    "shared": "def f(a):\n    left = 0\n    right = 0\n    g(left, right)\n    h(left, right)\n",
    "missing": "def f(a, b):\n    x = a.x if a.x is not None else b\n    g(x)\n    h(x)\n",
}


def units(source: str, language: str) -> Iterator[tuple[Node, Node, dict[str, str] | None]]:
    """Each function of a source, as the check is given it, its view, and what its locals are called there."""
    steps = lower_unit(source, language)
    view, context = engine(language).run_steps(steps)
    shown = {f.pos: f for f in functions(view)}
    for func in functions(steps):
        if func.pos in shown and shown[func.pos] is not func:
            normal = normal_engine(language)
            base = func if normal is None else normal.run(func)[0]
            yield base, shown[func.pos], context.functions[func.pos].renamed


def functions(steps: list[Any]) -> list[Func]:
    """Functions of a file and of its classes."""
    found: list[Func] = []
    for step in steps:
        if isinstance(step, Func):
            found.append(step)
        else:
            found += functions(getattr(step, "members", []))
    return found


EXAMPLES = [
    *(pytest.param(source, "python", id=name) for name, source in FORMS.items()),
    *(
        pytest.param(example.source, example.language, id=f"{rule.name}-{number}")
        for rule in rules()
        for number, example in enumerate(rule.examples)
    ),
]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_the_language_is_proved(name: str) -> None:
    found = list(units(FORMS[name], "python"))
    assert found, "no rule restated it"
    assert all(Proof(base, "python", names).holds(view) for base, view, names in found)


@pytest.mark.parametrize(("source", "language"), EXAMPLES)
def test_what_is_proved_passes_the_check(source: str, language: str) -> None:
    for base, view, names in units(source, language):
        if Proof(base, language, names).holds(view):
            report = compare(base, view, language)
            assert report.passed, str(report)
            assert report.score == 1.0
            assert not report.left_out


@pytest.mark.parametrize(("source", "language"), EXAMPLES)
def test_no_faulty_view_is_proved(source: str, language: str) -> None:
    for base, view, names in units(source, language):
        for seed in range(3):
            for kind, done, faulty in mutants(view, seed, 2):
                assert not Proof(base, language, names).holds(faulty), f"{kind}: {done}"
                assert not Proof(base, language, names).holds(shared(faulty, view)), f"{kind}: {done}"


def shared(faulty: Any, view: Any) -> Any:
    """The faulty view with the very objects of the sound one where they are equal, as the compiler leaves them."""
    if faulty == view:
        return view
    if faulty.__class__ is view.__class__ and isinstance(faulty, Node):
        faulty = copy.copy(faulty)
        for name in names_of(faulty.__class__):
            setattr(faulty, name, shared(getattr(faulty, name), getattr(view, name)))
    elif isinstance(faulty, list) and isinstance(view, list):
        return [shared(a, b) for a, b in zip(faulty, view, strict=False)] + faulty[len(view) :]
    return faulty


def func(*body: Node) -> Func:
    return Func("f", [], list(body))


def call(name: str, *args: Node) -> Call:
    return Call(Name(name), list(args))


def test_a_local_keeps_one_name() -> None:
    kept = call("use", Name("old_name"))
    source = func(Assign([Name("old_name")], call("make")), Return(kept))
    assert Proof(source, "python", {"old_name": "name"}).holds(
        func(Assign([Name("name")], call("make")), Return(call("use", Name("name"))))
    )
    assert not Proof(source, "python", {"old_name": "name"}).holds(
        func(Assign([Name("name")], call("make")), Return(kept))
    )
    assert not Proof(source, "python").holds(
        func(Assign([Name("name")], call("make")), Return(call("use", Name("name"))))
    )


def test_a_new_name_is_new() -> None:
    source = func(Assign([Name("old_name")], call("make")), Return(call("use", Name("old_name"), Name("name"))))
    view = func(Assign([Name("name")], call("make")), Return(call("use", Name("name"), Name("name"))))
    assert not Proof(source, "python", {"old_name": "name"}).holds(view)


def test_two_locals_are_not_one() -> None:
    source = func(Assign([Name("aa")], call("make")), Assign([Name("bb")], call("make")), Return(Name("aa")))
    view = func(Assign([Name("c")], call("make")), Assign([Name("c")], call("make")), Return(Name("c")))
    assert not Proof(source, "python", {"aa": "c", "bb": "c"}).holds(view)


def test_a_temporary_is_read_once_and_at_once() -> None:
    made = Assign([Name("t")], call("make"))
    again = Return(call("use", Name("t"), Name("t")))
    assert not Proof(func(made, again), "python").holds(func(Return(call("use", call("make"), call("make")))))
    kept = Return(call("use", Name("t")))
    assert not Proof(func(made, kept), "python").holds(func(kept))
    later = Return(call("use", call("first"), Name("t")))
    assert not Proof(func(made, later), "python").holds(func(Return(call("use", call("first"), call("make")))))
    assert not Proof(func(made, Return(call("use"))), "python").holds(func(Return(call("use"))))
