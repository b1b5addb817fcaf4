"""Damages a text as an editor in use, a bad merge or a hostile author would: cut, doubled, moved, and odd characters put in."""

from __future__ import annotations

import random

ODD = [
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    '"',
    "'",
    "`",
    "#",
    "//",
    "/*",
    "\\",
    "\n",
    "\t",
    ";",
    ",",
    ":",
    "=>",
    "?.",
    "é",
    "\u2028",
    "😀",
    "\x0b",
    "\ufeff",
    "0x",
    "${",
    "#{",
    "@",
    "<?php",
    "?>",
    "<<EOT",
    "end",
    "if ",
    "class ",
    "def ",
]


def mutated(text: str, source: random.Random, times: int) -> str:
    """`text` after so many damages."""
    for _ in range(times):
        start = source.randrange(len(text) + 1)
        end = min(len(text), start + source.choice((1, 1, 2, 5, 20, 100)))
        way = source.randrange(5)
        if way == 0:
            text = text[:start] + text[end:]
        elif way == 1:
            text = text[:start] + source.choice(ODD) + text[start:]
        elif way == 2:
            text = text[:end] + text[start:end] * source.choice((1, 2, 30)) + text[end:]
        elif way == 3:
            text = text[:start]
        else:
            other = source.randrange(len(text) + 1)
            text = text[:other] + text[start:end] + text[other:]
    return text
