"""Which types of parameters go without saying."""

from __future__ import annotations

import pytest
from aiccl_converter.source.typing_noise import written

USUAL = {"string": "text", "int": "count", "bool": "flag", "&mut Formatter": "any"}


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("path", "string"),
        ("baseDir", "string"),
        ("row_count", "int"),
        ("isOpen", "bool"),
        ("force", "bool"),
        ("f", "&mut Formatter"),
        ("userService", "UserService"),
        ("ctx", "context.Context"),
        ("list", "list*"),
        ("conf", "Config"),
        ("head", "struct list_head*"),
    ],
)
def test_what_a_name_says_is_not_written(name: str, type_: str) -> None:
    assert written(name, type_, USUAL) is None


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("realm", "string"),
        ("path", "[]string"),
        ("x", "int64"),
        ("pos", "uint64_t"),
        ("n", "bool"),
        ("int", "int"),
        ("c", "client*"),
        ("u", "*url.URL"),
    ],
)
def test_what_it_does_not_say_is(name: str, type_: str) -> None:
    assert written(name, type_, USUAL) == type_
