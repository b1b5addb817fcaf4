"""How patient the client is with its worker, in seconds and times; and when to try again after a death."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pace:
    """Defaults for people; tests are less patient."""

    file_deadline: float = 30.0
    """Seconds of processor time: a niced process may get little of it. A file that takes more counts as hung."""
    file_longest: float = 300.0
    """Seconds by the clock."""
    answer_deadline: float = 15.0
    """Silence after a ping that means the process is frozen."""
    ping_every: float = 5.0
    """While there is work. An idle worker is left alone."""
    start_deadline: float = 60.0
    first_delay: float = 1.0
    longest_delay: float = 60.0
    give_up_after: int = 5
    give_up_within: float = 180.0
    crashes_to_quarantine: int = 2
    model_deaths: int = 3
    """So many deaths at work with the model, within the same time: it is done without."""
    quarantined_at_most: int = 20
    """So many files that end the worker mean that the worker is broken, not the files."""


@dataclass(slots=True)
class Backoff:
    """1, 2, 4 ... seconds between starts; None once it has died too often."""

    pace: Pace
    _deaths: deque[float] = field(default_factory=deque)

    def died(self, now: float) -> float | None:
        """The seconds to wait, or None to give up."""
        self._deaths.append(now)
        while self._deaths and now - self._deaths[0] > self.pace.give_up_within:
            self._deaths.popleft()
        if len(self._deaths) >= self.pace.give_up_after:
            return None
        return float(min(self.pace.first_delay * 2 ** (len(self._deaths) - 1), self.pace.longest_delay))

    def reset(self) -> None:
        """The user asked for a new start."""
        self._deaths.clear()
