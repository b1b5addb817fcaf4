"""Text to token ids and back, by a `tokenizer.json`.

Contract: `Codec.ids(parts)` gives the ids of a prompt's or an answer's parts; text never becomes a mark, whatever it
holds. `text(ids)` leaves marks out. `pieces[i]` is the text of token i on its own, None where it is a mark or no
whole characters. Needs `tokenizers` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from aiccl_converter.errors import ModelUnusable
from aiccl_converter.model.prompt import CODE_END, MARKS, Mark, Part


def add_marks(tokenizer: Any) -> int:
    """Adds the marks to a `tokenizers.Tokenizer`; how many were new."""
    from tokenizers import AddedToken

    return int(tokenizer.add_special_tokens([AddedToken(m.text, special=True, normalized=False) for m in MARKS]))


class Codec:
    """A tokenizer that holds the marks. Raises ModelUnusable where it does not."""

    def __init__(self, path: str | Path, tokenizer: Any = None) -> None:
        """`tokenizer`: one that was read already; `path` is then only told in errors."""
        self.tokenizer = _read(path) if tokenizer is None else tokenizer
        self.marks: dict[Mark, int] = {}
        for mark in MARKS:
            number = self.tokenizer.token_to_id(mark.text)
            if number is None:
                raise ModelUnusable(
                    f"{path}: the tokenizer has no token {mark.text}", "it belongs to another model; export both again"
                )
            self.marks[mark] = number
        # Only the ids that `ids` puts there are marks.
        self.tokenizer.encode_special_tokens = True
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    @property
    def end(self) -> int:
        """The token that ends an answer."""
        return self.marks[CODE_END]

    @property
    def size(self) -> int:
        """How many tokens there are."""
        return int(self.tokenizer.get_vocab_size(with_added_tokens=True))

    def ids(self, parts: Iterable[Part]) -> list[int]:
        """The ids of parts, one after another."""
        out: list[int] = []
        for part in parts:
            if isinstance(part, Mark):
                out.append(self.marks[part])
            elif part:
                out += self.tokenizer.encode(part, add_special_tokens=False).ids
        return out

    def text(self, ids: Sequence[int]) -> str:
        """The text of ids, without marks."""
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=True))

    @cached_property
    def pieces(self) -> list[str | None]:
        """What each token adds to a text. A byte-level vocabulary is read by its own table, others by decoding."""
        vocabulary: dict[str, int] = self.tokenizer.get_vocab(with_added_tokens=True)
        special = {number for number, token in self.tokenizer.get_added_tokens_decoder().items() if token.special}
        out: list[str | None] = [None] * (max(vocabulary.values()) + 1)
        byte_of = _bytes()
        for token, number in vocabulary.items():
            if number in special:
                continue
            try:
                out[number] = bytes(byte_of[c] for c in token).decode("utf-8")
            except (KeyError, UnicodeDecodeError):
                out[number] = None
        return out


def _read(path: str | Path) -> Any:
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the package has no error of its own
        raise ModelUnusable(f"{path}: no tokenizer can be read ({error})", "export the model again") from None


def _bytes() -> dict[str, int]:
    """The characters that byte-level tokenizers write bytes as."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {chr(b): b for b in plain}
    table.update({chr(256 + n): b for n, b in enumerate(b for b in range(256) if b not in set(plain))})
    return table
