"""The settings, section `aiccl`: what they are, their defaults, and reading them from what a client sends.

Contract: reading never fails. A value of the wrong type, or out of range, counts as the default and is told once in
words; unknown keys are ignored. No setting names a program, a model or a folder to write to: what a repository brings
along is data. docs/settings.md describes each of them, a test compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from aiccl_converter.tokens import TOKENIZERS
from aiccl_converter.views import LEVELS


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings with their defaults."""

    level: str = "flow"
    hover_enable: bool = True
    code_lens_enable: bool = False
    index_enable: bool = True
    index_max_file_kb: int = 2000
    model_enable: bool = True
    model_scope: str = "open"
    exclude: tuple[str, ...] = ()
    tokenizer: str = "o200k_base"
    trace_server: str = "off"


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 8000:
        return None
    return int(value) if value == int(value) else None


def _patterns(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _one_of(*words: str) -> Callable[[Any], str | None]:
    return lambda value: value if isinstance(value, str) and value in words else None


#: key in the client -> (field, how to read it, what it has to be)
KEYS: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "level": ("level", _one_of(*LEVELS), "flow, outline or exact"),
    "hover.enable": ("hover_enable", _boolean, "true or false"),
    "codeLens.enable": ("code_lens_enable", _boolean, "true or false"),
    "index.enable": ("index_enable", _boolean, "true or false"),
    "index.maxFileKB": ("index_max_file_kb", _whole, "a whole number from 1 to 8000"),
    "model.enable": ("model_enable", _boolean, "true or false"),
    "model.scope": ("model_scope", _one_of("open", "workspace"), "open or workspace"),
    "exclude": ("exclude", _patterns, "a list of patterns"),
    "tokenizer": ("tokenizer", _one_of(*TOKENIZERS), " or ".join(TOKENIZERS)),
    "trace.server": ("trace_server", _one_of("off", "messages", "verbose"), "off, messages or verbose"),
}


def read(raw: object, base: Settings | None = None) -> tuple[Settings, list[str]]:
    """Settings from what a client sent (nested, or with dots in the keys; with or without the section's name), and
    what was wrong with it."""
    known = base or Settings()
    if raw is None:
        return known, []
    if not isinstance(raw, Mapping):
        return known, [f"the section has to be an object, not {_kind(raw)}"]
    flat = _flat(raw)
    found: dict[str, Any] = {}
    problems = []
    for key, (name, reader, wanted) in KEYS.items():
        value = flat.get(key, flat.get(f"aiccl.{key}"))
        if value is None:
            continue
        good = reader(value)
        if good is None:
            default = next(f.default for f in fields(Settings) if f.name == name)
            problems.append(f"aiccl.{key} has to be {wanted}, not {_kind(value)}; {_word(default)} is used")
            found[name] = default
        else:
            found[name] = good
    return replace(known, **found), problems


def _flat(raw: Mapping[Any, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in raw.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and depth < 4:
            out.update(_flat(value, name + ".", depth + 1))
        out[name] = value
    return out


def _kind(value: object) -> str:
    if isinstance(value, str):
        return f'"{value[:40]}"'
    if value is None or isinstance(value, bool | int | float):
        return _word(value)
    return "an object" if isinstance(value, Mapping) else "a list" if isinstance(value, list | tuple) else "that"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "an empty list" if not value else "[" + ", ".join(value) + "]"
    return "null" if value is None else str(value)
