"""What is wrong with a text that is not AICCL, where, and what to do about it.

`str(error)` is one line, `line:column: message; hint`, for a user as it stands.
"""

from __future__ import annotations

from ..errors import InvalidView


class ParseError(InvalidView):
    """A text that does not read as AICCL. `pos` counts characters from 0, `line` and `column` from 1."""

    def __init__(self, message: str, text: str, pos: int, hint: str = "") -> None:
        # What stands in the text may be a string of many lines.
        self.message = message = _on_one_line(message)
        self.hint = hint
        self.pos = max(0, min(pos, len(text)))
        before = text[: self.pos]
        self.line = before.count("\n") + 1
        self.column = self.pos - (before.rfind("\n") + 1) + 1
        super().__init__(f"{self.line}:{self.column}: {message}" + (f"; {hint}" if hint else ""))

    def __reduce__(self) -> tuple[type[Exception], tuple[str]]:
        return (InvalidView, (str(self),))


def _on_one_line(message: str) -> str:
    flat = message.replace("\n", "\\n")
    return flat if len(flat) <= 300 else f"{flat[:200]} ... {flat[-80:]}"
