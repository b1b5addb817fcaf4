"""Every test is of a group, every group has tests, and docs/reliability.md counts them as they are."""

from __future__ import annotations

from . import groups


def test_every_test_is_of_a_group_and_every_group_has_tests() -> None:
    found = groups.grouped()
    assert found.pop("", []) == []
    assert [key for key, tests in found.items() if not tests] == []
    assert set(groups.ORDER) == set(groups.GROUPS)


def test_the_page_is_current() -> None:
    text = groups.PAGE.read_text("utf-8")
    assert groups.page(text) == text, "run: python tests/server/groups.py --write"
