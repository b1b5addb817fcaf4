"""Claude writes code from a view, through the `anthropic` package (the extra `claude`).

The key is `ANTHROPIC_API_KEY`; `ANTHROPIC_BASE_URL` and the rest of the package's environment count as usual. The
answer is streamed, so that long ones do not run into a time limit. Every failure is a
CannotExpand that says what to do.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from aiccl_converter.errors import CannotExpand
from aiccl_converter.expansion.answer import Answer, code_of, problems_of
from aiccl_converter.expansion.prompts import prompt, system
from aiccl_converter.source.language import language as table_of

MODEL = "claude-sonnet-4-6"
"""The model that is asked unless another is named, by argument or by AICCL_CLAUDE_MODEL."""
MOST_TOKENS = 32_000
"""Tokens that an answer may have."""

_BY_STATUS = {
    400: "the request was refused; is the view too long for the model? Expand its chunks one by one",
    401: "the key was refused; set ANTHROPIC_API_KEY to a valid key",
    403: "the key may not use this model; name another with --model",
    404: "there is no such model; name another with --model",
    413: "the view is too long for one request; expand its chunks one by one",
    429: "too many requests for this key; wait a minute and try again",
    529: "Claude is overloaded; try again later",
}


def with_claude(
    view: str,
    language: str,
    *,
    model: str | None = None,
    max_tokens: int = MOST_TOKENS,
    retries: int = 2,
    timeout: float = 600.0,
) -> Answer:
    """Code in `language` from a view, with what its facts say differently from the view."""
    language = table_of(language).name
    model = model or os.environ.get("AICCL_CLAUDE_MODEL") or MODEL
    message = _ask(prompt(view, language), model, max_tokens, retries, timeout)
    if message.stop_reason == "max_tokens":
        raise CannotExpand(
            f"the answer was cut off after {max_tokens} tokens; expand the view's chunks one by one, or allow more"
        )
    if message.stop_reason == "refusal":
        raise CannotExpand("Claude declined to answer; print the prompt with --with prompt and ask another model")
    text = "".join(block.text for block in message.content if block.type == "text")
    code = code_of(text, language)
    problems, checked = problems_of(code, view, language)
    return Answer(code, message.model, problems, checked, message.usage.input_tokens, message.usage.output_tokens)


def _ask(text: str, model: str, max_tokens: int, retries: int, timeout: float) -> Any:
    anthropic = _package()
    if not os.environ.get("ANTHROPIC_API_KEY"):
        raise CannotExpand("ANTHROPIC_API_KEY is not set; set it, or print the prompt with --with prompt")
    try:
        with (
            anthropic.Anthropic(max_retries=retries, timeout=timeout) as client,
            client.messages.stream(
                model=model, max_tokens=max_tokens, system=system(), messages=[{"role": "user", "content": text}]
            ) as stream,
        ):
            message = stream.get_final_message()
    except anthropic.APITimeoutError:
        raise CannotExpand(f"Claude did not answer within {timeout:g} s; try again later") from None
    except anthropic.APIConnectionError as error:
        raise CannotExpand(f"Claude cannot be reached ({_reason(error)}); check the network") from None
    except anthropic.APIStatusError as error:
        what = _BY_STATUS.get(error.status_code) or "try again later"
        raise CannotExpand(f"Claude answered {error.status_code}: {what}") from None
    except anthropic.AnthropicError as error:
        raise CannotExpand(f"asking Claude failed: {_reason(error)}") from None
    except Exception as error:  # a stream that ends or talks nonsense ends in whatever the package runs into
        raise CannotExpand(f"Claude's answer broke off or was no answer ({_reason(error)}); try again") from None
    if message is None or message.stop_reason is None:
        raise CannotExpand("Claude's answer broke off; try again")
    return message


def _package() -> Any:
    try:
        return import_module("anthropic")
    except ImportError:
        raise CannotExpand(
            "the package `anthropic` is not installed; "
            "run `pip install aiccl[claude]`, or print the prompt with --with prompt"
        ) from None


def _reason(error: BaseException) -> str:
    cause = error.__cause__ or error
    return (" ".join(str(cause).split()) or type(cause).__name__)[:200]
