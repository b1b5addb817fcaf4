"""From a view back to source code.

`expand_exact` gives the source's own tokens back. A flow or outline view has many sources: `prompt` is what a large
model is asked, `with_claude` asks Claude and checks the answer's facts against the view.
"""

from __future__ import annotations

from aiccl_converter.expansion.answer import Answer
from aiccl_converter.expansion.claude import with_claude
from aiccl_converter.expansion.prompts import prompt, system


def expand_exact(text: str, language: str) -> str:
    """The source of an exact view, laid out anew: the same tokens, without the comments."""
    from aiccl_converter.levels.exact import expand

    return expand(text, language)


__all__ = ["Answer", "expand_exact", "prompt", "system", "with_claude"]
