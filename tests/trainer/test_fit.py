"""Training: recipes, packing, schedules, checkpoints, and every step from pairs to a converted function."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiccl_trainer.errors import BadRecipe, NoData, NotBetter
from aiccl_trainer.fitting import recipe
from aiccl_trainer.fitting.examples import Example, same_header
from aiccl_trainer.fitting.loop import rate
from aiccl_trainer.fitting.packing import pack
from aiccl_trainer.fitting.schedule import plan
from aiccl_trainer.pairs import Pair

from .snippets import TOTALS

TINY = Path(__file__).parents[1] / "model" / "tiny"

Train = Callable[..., tuple[int, str, str]]
needs_torch = pytest.mark.skipif(
    any(
        importlib.util.find_spec(m) is None
        for m in ("torch", "transformers", "peft", "accelerate", "onnxruntime_genai")
    ),
    reason="needs aiccl[train]",
)
EXAMPLES = [Example(tuple(range(n, n + 20 + n % 7)), 5, "docs" if n % 2 else "pairs") for n in range(1, 60)]


def pair(code: str, intent: str, flow: str = "keep(row)\n^rows[row]") -> Pair:
    """One of a large model's intents."""
    return Pair(
        "0", "python", "shop", "a.py", "MIT", "crud", "simple", code, flow, flow, intent, "intents", "train", 1.0, 1.5
    )


@pytest.mark.parametrize("name", recipe.names())
def test_every_recipe_loads(name: str) -> None:
    made = recipe.load(name)
    assert recipe.from_table(json.loads(json.dumps(recipe.record(made)))) == made


@pytest.mark.parametrize(
    "table",
    [
        {"rowz": 1},
        {"rows": 0},
        {"rows": "many"},
        {"reads": "tea"},
        {"stages": []},
        {"stages": [{}]},
        {"quantise": True, "lora_dropout": 0.1},
        {"writes": "poems"},
        {"writes": "intent", "expand": 0.5},
    ],
)
def test_a_recipe_that_makes_no_sense_is_told(table: dict[str, object]) -> None:
    with pytest.raises(BadRecipe):
        recipe.from_table(table)


def test_rows_hold_every_example_once_and_are_nearly_full() -> None:
    rows = pack(EXAMPLES, 64)
    assert all(len(r.ids) == len(r.segments) == len(r.positions) == len(r.learnt) == 64 for r in rows)
    assert sum(len(e.ids) for e in EXAMPLES) == sum(1 for r in rows for s in r.segments if s)
    assert sum(len(e.ids) - e.start for e in EXAMPLES) == sum(sum(r.learnt) for r in rows)
    assert sum(1 for r in rows for s in r.segments if s) / (64 * len(rows)) > 0.75


def test_a_schedule_is_told_by_recipe_data_and_seed() -> None:
    chosen = recipe.from_table({"row_tokens": 64, "stages": [{"teachers": ["*"], "epochs": 1.5}]})
    first, again = plan(EXAMPLES, chosen), plan(EXAMPLES, chosen)
    assert first.mark == again.mark
    assert plan(EXAMPLES[1:], chosen).mark != first.mark
    other = recipe.from_table({"row_tokens": 64, "seed": 1, "stages": [{"teachers": ["*"], "epochs": 1.5}]})
    assert plan(EXAMPLES, other).mark != first.mark
    few = recipe.from_table({"row_tokens": 64, "stages": [{"teachers": ["pairs"], "tokens": 200}]})
    assert plan(EXAMPLES, few).tokens <= 200
    none = recipe.from_table({"row_tokens": 64, "stages": [{"teachers": ["nobody"]}]})
    with pytest.raises(NoData):
        plan(EXAMPLES, none)


def test_the_rate_rises_and_falls() -> None:
    chosen = recipe.from_table({"warmup": 0.1, "learning_rate": 1.0, "decay": 0.1})
    told = [rate(step, 100, chosen) for step in range(100)]
    assert told[0] < told[5] < told[9] == pytest.approx(1.0)
    assert told[20] > told[60] > told[99] > 0.09


def test_a_view_is_taught_under_the_header_that_the_engine_gives() -> None:
    assert same_header("f(a,b)\n^a", "f(a:s,b)->T\n^a") == "f(a:s,b)->T\n^a"
    assert same_header("g(a,b)\n^a", "f(a:s,b)->T\n^a") == "g(a,b)\n^a"


def test_a_model_that_writes_intents_alone_learns_first_clauses() -> None:
    pytest.importorskip("tokenizers", reason="needs aiccl[model]")
    from aiccl_converter.model.codec import Codec
    from aiccl_trainer.fitting import examples

    codec = Codec(TINY / "tokenizer.json")
    told = "keep a row of the table, or raise when it is gone"
    rows = [
        pair("def keep(row):\n    return rows[row]", intent=told),
        pair("def keep(row):\n    return rows[row]", intent=""),
        pair('def keep(row):\n    """Keep a row."""', intent=told),
        pair('def keep(row):\n    """Keep a row."""\n    return rows[row]', intent=told),
    ]
    made = examples.make(rows, codec, "code", 500, writes="intent")
    assert (len(made.items), made.without_intent) == (2, 2)
    only, documented = made.items
    assert documented == only  # its doc is not before the model that learns to write it
    assert codec.text(only.ids[only.start :]) == '"keep a row of the table"\n'
    assert "return rows[row]" in codec.text(only.ids[: only.start])
    assert examples.make(rows, codec, "flow", 500, writes="intent").without_intent == 1


def test_a_worse_model_is_refused(train: Train, tmp_path: Path) -> None:
    from aiccl_trainer.commands.export import _compare

    old = {"chrF": 20.0, "retrieval": 0.5}
    _compare({"chrF": 21.0, "retrieval": 0.5}, old, "old")
    with pytest.raises(NotBetter, match="retrieval"):
        _compare({"chrF": 21.0, "retrieval": 0.4}, old, "old")
    with pytest.raises(NotBetter):
        _compare({}, old, "old")
    code, _, err = train("export", "--run", tmp_path, "--output-dir", tmp_path / "out")
    assert code == 1
    assert "merged" in err


def small_model(attention: str = "sdpa") -> Any:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=100, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2
    )
    config._attn_implementation = attention
    return LlamaForCausalLM(config).eval()


@needs_torch
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_rows_are_as_good_as_single_examples(attention: str) -> None:
    import torch
    from aiccl_trainer.fitting import network

    model = small_model(attention)
    some = [Example(tuple(x % 100 for x in e.ids), e.start, e.teacher) for e in EXAMPLES[:6]]
    lost = count = 0.0
    for example in some:
        logits = model(torch.tensor([example.ids])).logits[0, example.start - 1 : -1]
        wanted = torch.tensor(example.ids[example.start :])
        lost += float(torch.nn.functional.cross_entropy(logits, wanted, reduction="sum"))
        count += len(wanted)
    packed = network.loss_of(model, network.batch(pack(some, 64), "cpu"))
    assert float(packed) == pytest.approx(lost / count, rel=1e-4)


@needs_torch
def test_rounding_is_the_exports_own() -> None:
    import numpy
    import torch
    from aiccl_trainer.fitting.rounding import rounded
    from onnxruntime.capi import _pybind_state as ort

    torch.manual_seed(1)
    weight = torch.randn(8, 64)
    packed, scales, zeros = (
        numpy.zeros((8, 2, 16), "uint8"),
        numpy.zeros((8, 2), "float32"),
        numpy.zeros((8, 1), "uint8"),
    )
    ort.quantize_matmul_4bits(packed, weight.t().contiguous().numpy(), scales, zeros, 32, 8, 64, True)
    low, high = (packed & 15).astype("float32") - 8, (packed >> 4).astype("float32") - 8
    held = (numpy.stack([low, high], -1).reshape(8, 2, 32) * scales.reshape(8, 2, 1)).reshape(8, 64)
    assert abs(rounded(weight).numpy() - held).max() < 1e-6


@needs_torch
def test_too_little_memory_is_not_told_as_a_broken_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import transformers
    from aiccl_trainer.errors import BadBase
    from aiccl_trainer.fitting import base

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory")

    with pytest.raises(BadBase, match="is no whole model"):
        base.load(tmp_path)
    monkeypatch.setattr(transformers.AutoModelForCausalLM, "from_pretrained", fails)
    with pytest.raises(RuntimeError, match="allocate memory"):
        base.load(tmp_path)


@needs_torch
def test_lora_is_trained_as_its_sum_will_be_rounded() -> None:
    import torch
    from aiccl_trainer.fitting import rounding
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(3)
    model = get_peft_model(small_model(), LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "down_proj"]))
    trained = [p for p in model.parameters() if p.requires_grad]
    with torch.no_grad():
        for weight in trained:
            weight.normal_(std=0.2)
    rounding.apply_to_lora(model)
    ids = torch.arange(24)[None]
    said = model(input_ids=ids).logits
    said.square().mean().backward()
    gradients = [p.grad.clone() for p in trained]

    # The same in plain steps: the sum as a weight of its own, rounded straight through.
    for module in [m for m in model.modules() if hasattr(m, "lora_A")]:

        def plain(x: torch.Tensor, module: Any = module) -> torch.Tensor:
            summed = module.base_layer.weight + 2 * module.lora_B["default"].weight @ module.lora_A["default"].weight
            return torch.nn.functional.linear(x, rounding.rounded(summed))

        module.forward = plain
    model.zero_grad()
    again = model(input_ids=ids).logits
    assert torch.allclose(said, again, atol=1e-5)
    again.square().mean().backward()
    assert all(torch.allclose(g, p.grad, rtol=1e-3, atol=1e-6) for g, p in zip(gradients, trained, strict=True))
    assert any(g.abs().max() > 0 for g in gradients)

    # And what is merged and rounded at export says the same.
    merged = model.merge_and_unload()
    with torch.no_grad():
        for name, layer in merged.named_modules():
            if name.endswith(("q_proj", "down_proj")):
                layer.weight.copy_(rounding.rounded(layer.weight))
    assert torch.allclose(merged(input_ids=ids).logits, said, atol=1e-4)


@needs_torch
def test_calibrated_rounding_keeps_to_the_grid_and_loses_less() -> None:
    import torch
    from aiccl_trainer.exporting import calibrate
    from aiccl_trainer.fitting.rounding import rounded

    torch.manual_seed(2)
    weight = torch.randn(48, 96)
    inputs = torch.randn(400, 12) @ torch.randn(12, 96) + 0.1 * torch.randn(400, 96)  # as alike as a network's are
    made = calibrate.rounded(weight, inputs.T @ inputs)
    assert torch.equal(rounded(made), made)
    wanted = inputs @ weight.T
    assert (inputs @ made.T - wanted).norm() < 0.7 * (inputs @ rounded(weight).T - wanted).norm()
    nothing = calibrate.rounded(torch.zeros(4, 32), torch.zeros(32, 32))
    assert not nothing.any()


@needs_torch
def test_every_layer_is_rounded() -> None:
    import torch
    from aiccl_trainer.exporting import calibrate
    from aiccl_trainer.fitting.rounding import rounded

    model = small_model()
    some = [Example(tuple(x % 100 for x in e.ids), e.start, e.teacher) for e in EXAMPLES]
    kept = model.model.embed_tokens.weight.clone()
    calibrate.round_layers(model, pack(some, 64))
    linear = [m.weight for m in model.model.layers.modules() if isinstance(m, torch.nn.Linear)]
    assert len(linear) == 14
    assert all(torch.equal(rounded(w), w) for w in linear)
    assert torch.equal(kept, model.model.embed_tokens.weight)


@needs_torch
@pytest.mark.slow
def test_from_pairs_to_a_converted_function(train: Train, corpus: Path, tmp_path: Path) -> None:
    """The smoke recipe: every step, and going on after an end."""
    pairs, fitted, model, told = (tmp_path / n for n in ("pairs", "fit", "model", "told"))
    assert train("generate", "--model", "docs", "--input", corpus, "--output-dir", pairs, "--quiet")[0] == 0
    assert train("generate", "--model", "compiler", "--input", corpus, "--output-dir", pairs, "--quiet")[0] == 0
    fit = ["fit", "--recipe", "smoke", "--input-dir", pairs, "--output-dir", fitted, "--quiet", "--threads", "1"]
    code, _, err = train(*fit, "--max-minutes", "0.02")
    assert code == 0, err
    assert (fitted / "checkpoint.pt").exists()
    assert not (fitted / "merged").exists()
    code, _, err = train(*fit, "--seed", "5")
    assert code == 1
    assert "other data or settings" in err
    code, _, err = train(*fit)
    assert code == 0, err
    steps = [json.loads(line)["step"] for line in (fitted / "steps.jsonl").read_text().splitlines()]
    assert steps == list(range(1, len(steps) + 1))
    assert (fitted / "curves.csv").read_text().count("\n") == len(steps) + 1
    assert (fitted / "merged" / "config.json").exists()
    code, _, err = train(
        "export", "--run", fitted, "--input", pairs, "--output-dir", model, "--gguf", "q8_0", "--quiet"
    )
    assert code == 0, err
    assert max(f.stat().st_size for f in model.iterdir()) < 50_000_000
    code, _, err = train("evaluate", "--input", pairs, "--model", model, "--output-dir", told, "--quiet")
    assert code == 0, err
    figures = json.loads((told / "figures.json").read_text())["rows"]["model"]
    assert figures["invented after checking"] == 0
    from aiccl_converter.converter import AICCLConverter

    assert "totals" in AICCLConverter(model).convert_to_aiccl(TOTALS, "python", path="a.py").text


@needs_torch
@pytest.mark.slow
def test_a_model_of_intents_and_its_adapter_for_one_code_base(train: Train, corpus: Path, tmp_path: Path) -> None:
    """What `adapt` makes reads and writes as the model that it started from."""
    pairs, fitted, shop, out = (tmp_path / n for n in ("pairs", "fit", "shop", "out"))
    assert train("generate", "--model", "docs", "--input", corpus, "--output-dir", pairs, "--quiet")[0] == 0
    code, _, err = train(
        "fit", "--recipe", "smoke", "--reads", "code", "--writes", "intent", "--input-dir", pairs,
        "--output-dir", fitted, "--quiet", "--threads", "1",
    )  # fmt: skip
    assert code == 0, err
    shop.mkdir()
    (shop / "totals.py").write_text(TOTALS)
    for number in range(12):
        (shop / f"till{number}.js").write_text(  # docs stand outside of the function: it does not hold its intent
            f"/** Put a coin {'into' if number % 2 else 'on'} the till. */\n"
            f"function take{number}(till, coin) {{\n  till.append(coin * {number});\n"
            f"  return till.total({number});\n}}\n"
        )
    code, _, err = train(
        "adapt", "--repo", shop, "--run", fitted, "--output-dir", out, "--device", "cpu", "--export", "--quiet"
    )
    assert code == 0, err
    manifest = json.loads((out / "model" / "model.json").read_text())
    assert (manifest["reads"], manifest["writes"]) == ("code", "intent")
    from aiccl_converter.converter import AICCLConverter

    assert "totals" in AICCLConverter(out / "model").convert_to_aiccl(TOTALS, "python", path="a.py").text
