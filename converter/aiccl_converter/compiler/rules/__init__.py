"""All restatement rules: each module of this package that holds a `RULE`, in the engine's order."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from ..restate import Engine, Rule


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by name of its module."""
    found = (m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    modules = (import_module(f"{__name__}.{name}") for name in sorted(found))
    return tuple(m.RULE for m in modules if hasattr(m, "RULE"))


@cache
def engine(language: str) -> Engine:
    """The engine for a language, made once."""
    return Engine(rules(), language)


@cache
def normal_engine(language: str) -> Engine | None:
    """The engine of the language's own equivalences, which the check reads a source through; None without any."""
    chosen = [
        r
        for r in rules()
        if (r.normal if isinstance(r.normal, bool) else language in r.normal)
        and (r.languages is None or language in r.languages)
    ]
    return Engine(chosen, language) if chosen else None
