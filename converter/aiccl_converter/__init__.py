"""AICCL: source code restated in a fraction of the tokens, checked against the source.

    from aiccl_converter import AICCLConverter
    result = AICCLConverter().process_file("app/auth.py")

The names below are imported when they are first used: importing this package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiccl_converter.version import VERSION as __version__

if TYPE_CHECKING:
    from aiccl_converter.converter import AICCLConverter
    from aiccl_converter.errors import AICCLError
    from aiccl_converter.views import DirectoryResult, FileResult, View

__all__ = ["AICCLConverter", "AICCLError", "DirectoryResult", "FileResult", "View", "__version__"]

_HOME = {
    "AICCLConverter": "converter",
    "AICCLError": "errors",
    "DirectoryResult": "views",
    "FileResult": "views",
    "View": "views",
}


def __getattr__(name: str) -> Any:
    """A public name, from the module that holds it."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
