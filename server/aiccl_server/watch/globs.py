"""The globs that a client is asked to watch: the known extensions and the ignore files, nothing wider."""

from __future__ import annotations


def globs() -> list[str]:
    """Few patterns, each for all folders; the server itself passes over what is ignored."""
    from aiccl_converter.files.ignore import IGNORE_FILES
    from aiccl_converter.source.languages import EXTENSIONS

    extensions = sorted({"h", *(extension.lstrip(".") for extension in EXTENSIONS)})
    return [f"**/*.{{{','.join(extensions)}}}", f"**/{{{','.join(IGNORE_FILES)}}}"]
