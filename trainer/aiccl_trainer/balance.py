"""Which functions, out of many: the same share of each language, within it of each kind and complexity.

Contract: `order(samples)` gives all of them, so that any beginning of it is balanced as well as what is there allows;
`Quota` says how many of a language are wanted. Both depend on the samples alone, not on their order.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from aiccl_trainer.errors import BadData


class Balanced(Protocol):
    """What can be balanced: samples and pairs."""

    id: str
    language: str
    kind: str
    complexity: str


Item = TypeVar("Item", bound=Balanced)


def order(items: Iterable[Item], seed: int = 0, first: Callable[[Item], bool] | None = None) -> list[Item]:
    """All items, languages taking turns, within a language kinds, within a kind complexities, then by chance.
    `first`: items that go before others of their stratum."""
    by_language: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_language[item.language].append(item)
    turns = [_within(by_language[name], seed, first) for name in sorted(by_language)]
    return list(_in_turn(turns))


def _within(items: list[Item], seed: int, first: Callable[[Item], bool] | None) -> list[Item]:
    strata: dict[str, dict[str, list[Item]]] = defaultdict(lambda: defaultdict(list))
    for item in sorted(items, key=lambda i: ((first is not None and not first(i)), _chance(i.id, seed))):
        strata[item.kind][item.complexity].append(item)
    return list(_in_turn([list(_in_turn([s[c] for c in sorted(s)])) for _, s in sorted(strata.items())]))


def _in_turn(queues: Sequence[Sequence[Item]]) -> Iterator[Item]:
    """One of each while there are any."""
    for place in range(max(map(len, queues), default=0)):
        for queue in queues:
            if place < len(queue):
                yield queue[place]


def _chance(name: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest()


class Quota:
    """How many are wanted: in all, and of a language. `js+ts` groups languages under one number."""

    def __init__(self, total: int = 0, of: dict[str, int] | None = None) -> None:
        self.total = total
        self.of = of or {}
        self._taken: dict[str, int] = defaultdict(int)
        self._count = 0

    def takes(self, language: str) -> bool:
        """Whether one more of a language is wanted."""
        if self.total and self._count >= self.total:
            return False
        limit = self.of.get(language)
        return limit is None or self._taken[language] < limit

    def took(self, language: str) -> None:
        """One more is there."""
        self._count += 1
        self._taken[language] += 1

    @property
    def full(self) -> bool:
        """Whether no more is wanted of anything."""
        return bool(self.total) and self._count >= self.total

    @property
    def count(self) -> int:
        """How many are there."""
        return self._count


def quotas(text: str | None) -> dict[str, int]:
    """`python=5000,go=2000` as a table. Raises BadData."""
    from aiccl_converter.source import language as table_of

    found: dict[str, int] = {}
    for part in (text or "").split(","):
        if not part.strip():
            continue
        name, _, number = part.partition("=")
        if not number.strip().isdigit():
            raise BadData(f"--quotas: {part.strip()!r} is no LANGUAGE=NUMBER, such as python=5000")
        found[table_of(name.strip()).name] = int(number)
    return found
