"""Locals that are made from each other in circles: the check looks through them, however many there are."""

from __future__ import annotations

import pytest
from aiccl_converter.converter import AICCLConverter
from aiccl_converter.fidelity import check
from aiccl_converter.fidelity.keys import _MOST, Keys

NAMES = [f"v{n}" for n in range(14)]
CODE = (
    "def mixed(first, second):\n"
    + "".join(f"    {name} = first.part{n}\n" for n, name in enumerate(NAMES))
    + "    while second.more():\n"
    + "".join(f"        {name} = mix({', '.join(n for n in NAMES if n != name)})\n" for name in NAMES)
    + f"        if v0 > second.least:\n            second.put({', '.join(NAMES)})\n"
    + "    return v0\n"
)


def test_the_ways_through_a_circle_are_not_walked_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    plain = Keys.local

    def counted(self: Keys, name: str, unit: object) -> frozenset[str]:
        nonlocal asked
        asked += 1
        assert asked < 200 * len(NAMES) * _MOST, "walks all ways"
        return plain(self, name, unit)  # type: ignore[arg-type]

    monkeypatch.setattr(Keys, "local", counted)
    flow = AICCLConverter().convert_to_aiccl(CODE, "python").text
    report = check(CODE, flow, "python")
    assert report.score == 1.0
    wrong = check(CODE, flow.replace("v0>second.least?", "v0<=second.least?"), "python")
    assert not wrong.passed, flow
    assert asked
