"""AICCL: source code restated at a fraction of its tokens, checked against the source.

`from aiccl_converter import AICCLConverter` is the library; it is loaded when it is first asked for, so that importing
the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiccl_converter.converter import AICCLConverter
    from aiccl_converter.views import DirectoryResult, FileResult, View

__all__ = ["AICCLConverter", "DirectoryResult", "FileResult", "View"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from aiccl_converter import converter, views

    return getattr(converter if name == "AICCLConverter" else views, name)
