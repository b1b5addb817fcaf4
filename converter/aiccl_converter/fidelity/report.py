"""What a check found.

Contract: a `Report` is all that callers see of a check: the score, what the view invented, what it left out, where it
contradicts the source, and whether it may be shown.
"""

from __future__ import annotations

from dataclasses import dataclass

THRESHOLD = 0.8
"""The share of facts, by weight, that a view must state to be shown. One number for every language and every writer."""


@dataclass(slots=True)
class Finding:
    """One thing that is wrong. `kind` is one of the names in `docs/fidelity.md`; `fatal` findings fail the view."""

    kind: str
    text: str
    fatal: bool = True


@dataclass(slots=True)
class Report:
    """The verdict on one view."""

    score: float
    invented: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    facts: int = 0
    weight: float = 0.0
    error: str = ""
    threshold: float = THRESHOLD

    @property
    def passed(self) -> bool:
        """True where the view may be shown."""
        return not self.error and not self.invented and not self.contradictions and self.score >= self.threshold

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the view does not say, for its reader."""
        return self.missing

    def __str__(self) -> str:
        if self.error:
            return f"failed: {self.error}"
        lines = [f"{'passed' if self.passed else 'failed'}: score {self.score:.3f} of {self.facts} facts"]
        lines += [f"invented: {x}" for x in self.invented]
        lines += [f"contradiction: {x}" for x in self.contradictions]
        lines += [f"left out: {x}" for x in self.missing]
        return "\n".join(lines)
