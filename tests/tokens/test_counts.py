"""Both counting engines give tiktoken's counts, from the rank files that OpenAI publishes."""

from __future__ import annotations

import random
import subprocess
import sys
from functools import cache
from pathlib import Path
from unittest import mock

import aiccl_converter.bpe.split
import pytest
from aiccl_converter import tokens
from aiccl_converter.bpe import build
from aiccl_converter.bpe.table import Table
from aiccl_converter.errors import UnknownTokenizer
from hypothesis import given, settings
from hypothesis import strategies as st

bpe_openai = pytest.importorskip("bpe_openai")
tiktoken = pytest.importorskip("tiktoken")

# Pieces that the encodings treat in different ways: cases of letters, marks, kinds of space, contractions, special tokens.
PIECES = [
    *("'s", "'S", "'ſ", "ſ", "'ll", "'RE", "'", " ", "   ", "\t", "\n", "\r", "\r\n", "a", "B", "foo", "Bar", "É", "é"),
    *(
        "ǅ",
        "ʰ",
        "中",
        "ب",
        "\u0300",
        "ा",
        "1",
        "12345",
        "²",
        "Ⅷ",
        "٣",
        "_",
        "/",
        "//",
        "!",
        "\u00a0",
        "\u2028",
        "\u0085",
    ),
    *(
        "\x1c",
        "\x00",
        "😀",
        "\u200d",
        "<|endoftext|>",
        "<|im_start|>",
        "\ufeff",
        "\u0378",
        "K",
        "ß",
        "İ",
        "\u3000",
        "}\n",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs"]), max_size=40).map("".join)


def rank_file(name: str) -> Path:
    return Path(bpe_openai.__file__).parent / "data" / f"{name}.tiktoken.gz"


@pytest.fixture(scope="module", params=tokens.TOKENIZERS)
def encoding(request: pytest.FixtureRequest):
    """tiktoken's own definition of the encoding, with its rank file from disk instead of the network."""
    from tiktoken_ext import openai_public

    ranks = build.read_ranks(rank_file(request.param))
    with mock.patch.object(openai_public, "load_tiktoken_bpe", lambda *_, **__: ranks):
        return tiktoken.Encoding(**getattr(openai_public, request.param)())


@cache
def engine(name: str, native: bool) -> tokens.Counter:
    counter = tokens.Counter(name)
    if native:
        pytest.importorskip("toktok")
        counter._go_native()
    else:
        counter._native_missing = True
    return counter


@pytest.fixture(params=[False, True], ids=["python", "native"])
def counter(request: pytest.FixtureRequest, encoding) -> tokens.Counter:
    return engine(encoding.name, request.param)


def test_on_source_files(counter: tokens.Counter, encoding) -> None:
    for path in sorted(Path(tokens.__file__).parent.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert counter.count(text) == len(encoding.encode_ordinary(text)), path


@pytest.mark.parametrize("native", [False, True])
@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_on_odd_texts(encoding, native: bool, text: str) -> None:
    assert engine(encoding.name, native).count(text) == len(encoding.encode_ordinary(text))


def test_on_many_random_pieces(counter: tokens.Counter, encoding) -> None:
    source = random.Random(1)
    for _ in range(2_000):
        text = "".join(source.choices(PIECES, k=source.randint(1, 40)))
        assert counter.count(text) == len(encoding.encode_ordinary(text)), ascii(text)


def test_special_tokens_are_ordinary_text(counter: tokens.Counter) -> None:
    assert counter.count("<|endoftext|>") == 7


def test_lone_surrogates_count_as_in_tiktoken(counter: tokens.Counter, encoding) -> None:
    text = "a\ud800b \udcff"
    assert counter.count(text) == len(encoding.encode_ordinary(text))


@pytest.mark.parametrize("unit", ["a", " ", "\n", "0", "!", "ab", "é", "中"])
def test_long_runs(counter: tokens.Counter, encoding, unit: str) -> None:
    text = unit * 3_000
    assert counter.count(text) == len(encoding.encode_ordinary(text))


def test_the_tables_are_the_published_ranks(encoding) -> None:
    ranks = build.read_ranks(rank_file(encoding.name))
    table = Table(Path(tokens.__file__).parent / "bpe" / f"{encoding.name}.ranks")
    assert all(table.rank(token) == rank for token, rank in ranks.items() if len(token) > 1)
    source = random.Random(2)
    for _ in range(5_000):
        token = source.randbytes(source.randint(2, 6))
        assert table.rank(token) == ranks.get(token)


def test_a_table_is_built_from_a_rank_file(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"YQ== 0\nYWI= 1\nYWJj 2\n")
    assert build.main([str(tmp_path / "in"), str(tmp_path / "out.ranks")]) == 0
    table = Table(tmp_path / "out.ranks")
    assert [table.rank(token) for token in (b"ab", b"abc", b"bc")] == [1, 2, None]
    (tmp_path / "no").write_bytes(b"something else entirely")
    with pytest.raises(ValueError, match="no rank table"):
        Table(tmp_path / "no")


def test_pieces_join_to_the_text() -> None:
    for name in tokens.TOKENIZERS:
        for text in ("", "a b\n\n  c", "x\u0300é中 's\u2028", "\x1c\x00 \t\r"):
            assert "".join(aiccl_converter.bpe.split.pieces(text, name)) == text


def test_unknown_tokenizer() -> None:
    with pytest.raises(UnknownTokenizer, match="o200k_base"):
        tokens.count("x", "p50k")


def test_small_counts_load_nothing_native() -> None:
    code = "import sys; from aiccl_converter import tokens; tokens.count('x = 1'); print('toktok' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2] / "converter",
    )
    assert done.stdout.strip() == "False"
