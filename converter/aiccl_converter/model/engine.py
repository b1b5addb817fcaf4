"""The engine: a model's folder or GGUF file, loaded when it is first used, that answers for one unit at a time.

Contract: `Engine(path).answer(language, code, flow)` gives the model's intent and view of a unit, unchecked, or None
where the unit is too long for it. A model that writes intents alone leaves the view empty. Greedy and single-threaded
by default, so that the same input gives the same answer. `close()` gives the memory back; the next answer loads anew.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiccl_converter.errors import ModelUnusable
from aiccl_converter.model import prompt
from aiccl_converter.model.opened import is_file, open_model, peek_model

if TYPE_CHECKING:
    from aiccl_converter.model.codec import Codec
    from aiccl_converter.model.decode import Answer, Decoder, Network
    from aiccl_converter.model.files import ModelFolder
    from aiccl_converter.model.llamafile import LlamaFile

LONGEST = 1200
"""Tokens of a prompt; what is longer is left to the compiler."""
INTENT = 48
"""Tokens of an answer on top of its view's."""
SETTINGS = "greedy-1"
"""Names how answers are decoded; a change that changes answers changes it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may take."""

    seconds: float = 60.0
    growth: float = 1.25
    """Tokens of a view as a share of those of the flow; a longer one could not be shown anyway."""


class Engine:
    """A local model."""

    def __init__(
        self, path: str | os.PathLike[str], *, threads: int = 1, drafts: bool = True, limits: Limits | None = None
    ) -> None:
        self.folder: ModelFolder | LlamaFile = peek_model(path)
        """Checked in full when it is loaded: what was answered before is had without reading 90 MB."""
        self.limits = limits or Limits()
        self._threads = threads
        self._drafts = drafts
        self._decoder: Decoder | None = None

    @property
    def id(self) -> str:
        """What views by this model and these settings are known by."""
        return f"{self.folder.hash[:16]}-{SETTINGS}"

    def decoder(self) -> Decoder:
        """Loads the model."""
        if self._decoder is None:
            from aiccl_converter.model.decode import Decoder

            known, self.folder = self.folder.hash, open_model(self.folder.path)
            if self.folder.hash != known:
                raise ModelUnusable(f"{self.folder.path}: was replaced meanwhile", "start again to use the new model")
            try:
                network, codec = _loaded(self.folder, self._threads)
            except ImportError as error:
                extra = "gguf" if is_file(self.folder.path) else "model"
                raise ModelUnusable(
                    f"what runs a model cannot be loaded ({error})", f"install it again: `pip install aiccl[{extra}]`"
                ) from None
            if codec.size > self.folder.vocabulary:
                raise ModelUnusable(
                    f"{self.folder.path}: its tokenizer has {codec.size} tokens, the model {self.folder.vocabulary}",
                    "it belongs to another model; export both again",
                )
            self._decoder = Decoder(network, codec, drafts=self._drafts)
        return self._decoder

    def close(self) -> None:
        """Unload."""
        self._decoder = None

    def answer(
        self, language: str, code: str, flow: str, *, view: bool = True, cancelled: Callable[[], bool] | None = None
    ) -> Answer | None:
        """What the model says of a unit; without `view` its intent alone. Raises Stopped."""
        from aiccl_converter.model.decode import SLACK
        from aiccl_converter.model.grammar import Names
        from aiccl_converter.model.words import WORDS

        decoder = self.decoder()
        codec = decoder.codec
        ids = codec.ids(prompt.given(language, code=code, flow=flow, reads=self.folder.reads))
        if len(ids) > min(LONGEST, self.folder.context // 2):
            return None
        header = prompt.header(flow)
        view = view and self.folder.writes == "view" and header != flow
        size, room = len(codec.ids([flow or code])), self.folder.context - len(ids) - SLACK - 16
        given = len(codec.ids([header])) if view else 0
        if room - given < INTENT:
            view, given = False, 0  # such a header leaves no room for steps
        return decoder.answer(
            ids,
            header,
            Names((code, flow), WORDS),
            also=code,
            most=min(INTENT + int(size * self.limits.growth), room - given),
            view=view,
            cancelled=cancelled,
            deadline=time.monotonic() + self.limits.seconds,
        )


def _loaded(model: ModelFolder | LlamaFile, threads: int) -> tuple[Network, Codec]:
    """What runs a model, and its tokenizer."""
    from aiccl_converter.model.codec import Codec
    from aiccl_converter.model.files import ModelFolder

    if isinstance(model, ModelFolder):
        from aiccl_converter.model.session import Session

        return Session(model, threads), Codec(model.tokenizer)
    from aiccl_converter.model.llama import Llama

    network = Llama(model, threads)
    return network, Codec(model.path, model.tokenizer())
