"""A view as the server holds and sends it, whether it was made here, by the worker, or by another converter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiccl_converter.views import View, ratio


@dataclass(frozen=True, slots=True)
class Shown:
    """One unit's view. `made_by` as in `aiccl_converter.views.View`."""

    level: str
    text: str
    made_by: str
    score: float
    left_out: tuple[str, ...]
    rules: tuple[str, ...]
    tokens: int
    source_tokens: int

    @property
    def ratio(self) -> float:
        """How many times fewer tokens than the source."""
        return ratio(self.source_tokens, self.tokens)

    def figures(self) -> dict[str, Any]:
        """What the requests of the protocol say of a view."""
        return {
            "level": self.level,
            "text": self.text,
            "tokens": self.tokens,
            "sourceTokens": self.source_tokens,
            "ratio": round(self.ratio, 3),
            "score": round(self.score, 4),
            "madeBy": self.made_by,
            "leftOut": list(self.left_out),
            "rules": list(self.rules),
        }


def of_view(view: View) -> Shown:
    """From the converter's own."""
    return Shown(
        view.level, view.text, view.made_by, view.score, view.left_out, view.rules, view.tokens, view.source_tokens
    )


def of_stored(stored: Any) -> Shown:
    """From the index's."""
    return Shown(
        stored.level,
        stored.text,
        stored.made_by,
        stored.score,
        tuple(stored.left_out),
        tuple(stored.rules),
        stored.tokens,
        stored.source_tokens,
    )
