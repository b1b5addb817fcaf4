"""Many changes, one answer. Time is told, not waited for."""

from __future__ import annotations

from aiccl_server.watch import Debounce, Rescan


def test_nothing_is_due_while_nothing_has_changed():
    debounce = Debounce()
    assert debounce.due() is None and debounce.take(100) is None


def test_changes_come_once_after_a_moment_of_quiet():
    debounce = Debounce(delay=0.3)
    debounce.add(["a"], 0.0)
    debounce.add(["b", "a"], 0.2)
    assert debounce.take(0.4) is None
    assert debounce.take(0.5) == {"a", "b"}
    assert debounce.take(9) is None


def test_a_stream_without_a_pause_is_answered_too():
    debounce = Debounce(delay=0.3, longest=2.0)
    at = 0.0
    while debounce.take(at) is None:
        debounce.add([f"f{at}"], at)
        at += 0.1
    assert at <= 2.2


def test_a_burst_is_one_rescan():
    debounce = Debounce(burst=500)
    for n in range(2_000):
        debounce.add([f"f{n}"], n / 10_000)
    taken = debounce.take(5)
    assert isinstance(taken, Rescan)
    assert debounce.take(9) is None
    debounce.add(["a"], 10)
    assert debounce.take(11) == {"a"}


def test_lost_events_are_a_rescan():
    debounce = Debounce()
    debounce.add(["a"], 0)
    debounce.add_all(0.1)
    assert isinstance(debounce.take(5), Rescan)
