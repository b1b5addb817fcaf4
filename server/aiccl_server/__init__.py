"""The AICCL language server: views of code where people work.

`aiccl-server` speaks LSP over standard input and output. The package imports nothing until it is started; the
protocol beside LSP is in docs/protocol.md, the settings in docs/settings.md.
"""

from __future__ import annotations

from aiccl_converter.version import VERSION as __version__

__all__ = ["__version__"]
