"""What a pair becomes for the network: a prompt, and an answer that is learnt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from aiccl_converter.model.codec import Codec
from aiccl_converter.model.prompt import CODE, CODE_END, EXPAND
from aiccl_trainer.fitting import examples
from aiccl_trainer.pairs import Pair

pytest.importorskip("tokenizers", reason="needs aiccl[model]")
CODEC = Codec(Path(__file__).parents[1] / "model" / "tiny" / "tokenizer.json")
PAIR = Pair(
    "00ff", "python", "shop", "a.py", "MIT", "crud", "simple",
    "def add(basket, item):\n    basket.append(item)\n    return basket\n",
    "add(basket,item)\nbasket.append(item)\n^basket", "add(basket,item)\nbasket+=item\n^basket",
    "put an item into a basket", "pairs", "train", 1.0, 2.0,
)  # fmt: skip


def test_an_answer_is_the_intent_and_the_view() -> None:
    example = examples.of_pair(PAIR, CODEC, "flow")
    assert example is not None
    asked, told = example.ids[: example.start], example.ids[example.start :]
    assert "basket.append(item)\n^basket" in CODEC.text(asked) and asked[-1] == CODEC.marks[CODE]
    assert CODEC.text(told).startswith('"put an item into a basket"\nadd(basket,item)\nbasket+=item')
    assert told[-1] == CODEC.marks[CODE_END]


def test_the_way_back_asks_for_the_code_of_a_view() -> None:
    example = examples.back(PAIR, CODEC)
    asked, told = example.ids[: example.start], example.ids[example.start :]
    assert asked[0] == CODEC.marks[EXPAND] and "basket+=item" in CODEC.text(asked)
    assert CODEC.text(told[:-1]) == PAIR.code and told[-1] == CODEC.marks[CODE_END]


def test_the_share_of_both_ways_is_drawn_by_id() -> None:
    pairs = [replace(PAIR, id=f"{n:08x}ff") for n in range(0, 1 << 32, 1 << 27)]
    for share in (0.0, 0.25, 1.0):
        made = examples.make(pairs, CODEC, "both", 500, share)
        assert len(made.items) == len(pairs) * (1 + share)


def test_what_is_longer_than_a_row_is_counted() -> None:
    assert examples.make([PAIR, replace(PAIR, code=PAIR.code * 40)], CODEC, "code", 200).too_long == 1
