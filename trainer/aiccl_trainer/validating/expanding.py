"""The way back: code written from a view alone, compared with the code that the view was made of.

Contract: `expand(...)` asks a Claude model about some pairs, about each view once (the answers stand in
`expanded.MODEL.jsonl`, each with the function's id and a hash of what was shown of it); `compared` gives the share of
facts that both codes have, with what differs; `tested` runs the tests of a function on the code that came back.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from aiccl_converter.errors import AICCLError
from aiccl_converter.files import deep

from aiccl_trainer.errors import BadData, TeacherFailed
from aiccl_trainer.pairs import Pair, pair_id
from aiccl_trainer.progress import Progress
from aiccl_trainer.store import Lines, numbered, read
from aiccl_trainer.teachers.prices import Used, price_of

MOST_TOKENS = 4096


def known(path: Path) -> dict[str, str]:
    """Id -> code, of answers that are there."""
    return {record["id"]: record["code"] for record in _records(path)}


def _records(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        for record in read(path):
            if not isinstance(record.get("id"), str) or not isinstance(record.get("code"), str):
                raise BadData(f"{path}: holds a line without id and code; objects of `id` and `code` are expected")
            yield record


def expand(
    arguments: argparse.Namespace, folder: Path, model: str, pairs: list[Pair], progress: Progress
) -> dict[str, str]:
    """Id -> code for the pairs, asked for where it is not there yet. Each pair is of another function."""
    from aiccl_converter.expansion import prompt, system
    from aiccl_converter.expansion.answer import code_of

    from aiccl_trainer.teachers.api import Api

    path = folder / f"expanded.{model.replace('/', '-')}.jsonl"
    held = {(record["id"], record.get("shown")): record["code"] for record in _records(path)}
    found = {pair.id: held[pair.id, _mark(pair)] for pair in pairs if (pair.id, _mark(pair)) in held}
    left = [pair for pair in pairs if pair.id not in found]
    if not left:
        return found
    if not arguments.yes:
        raise TeacherFailed(
            f"{len(left)} views are to be expanded by {model}, which costs money; say --yes, or a smaller --expand"
        )
    api = Api(arguments.retries, arguments.pause)
    price, used = price_of(model, arguments.price), Used()
    with Lines(path) as lines:
        for pair in left:
            text = prompt(_shown(pair), pair.language)
            asked: dict[str, Any] = {
                "model": model,
                "max_tokens": MOST_TOKENS,
                "messages": [{"role": "user", "content": text}],
            }
            asked["system"] = [{"type": "text", "text": system()}]
            answer = api.message(asked)
            used.add(Used(*answer["used"]))
            try:
                code = code_of(answer["text"], pair.language)
            except AICCLError:
                code = ""
            lines.append({"id": pair.id, "shown": _mark(pair), "code": code, "used": answer["used"]})
            found[pair.id] = code
            if price is not None:
                progress.figures["spent"] = f"${used.cost(price, False):.3f}"
            progress.advance(0)
    return found


def _shown(pair: Pair) -> str:
    return f'{pair.view}\n"{pair.intent}"' if pair.intent else pair.view


def _mark(pair: Pair) -> str:
    """Names what is shown of a function: an answer belongs to that view alone."""
    return hashlib.sha256(_shown(pair).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def compared(code: str, again: str, language: str) -> tuple[float, str]:
    """(the share of facts that both have, what differs)."""
    if not again.strip():
        return 0.0, "no code came back"
    try:
        there: tuple[float, str] = deep.call(_compared, code, again, language)
        back: tuple[float, str] = deep.call(_compared, again, code, language)
    except Exception as error:  # code that no table reads is no expansion
        return 0.0, f"it could not be compared ({type(error).__name__}: {error})"
    return min(there, back)


def _compared(code: str, again: str, language: str) -> tuple[float, str]:
    from aiccl_converter.compiler import lower_unit
    from aiccl_converter.fidelity import compare

    report = compare(lower_unit(code, language), lower_unit(again, language), language, source_text=code)
    wrong = [*(f"it invents {name}" for name in report.invented), *report.contradictions]
    # One contradiction costs a tenth: code that was written anew also differs in ways that do not count.
    score = max(0.0, report.score - 0.1 * len(wrong))
    return round(score, 4), "; ".join([*wrong, *report.missing])


def tests_of(path: str | Path) -> dict[str, dict[str, str]]:
    """Id of the code -> `before` and `test`: Python text that goes before it and after it. Objects of `code`, `test`
    and maybe `language` and `before` are expected."""
    found: dict[str, dict[str, str]] = {}
    for number, record in numbered(path):
        if not isinstance(record, dict) or not all(isinstance(record.get(name), str) for name in ("code", "test")):
            raise BadData(
                f"{path}, line {number}: has no `code` and `test`; objects of code, test and maybe before are expected"
            )
        if record.get("language", "python") != "python":
            raise BadData(f"{path}, line {number}: is {record['language']}; only Python tests can be run")
        found[pair_id("python", record["code"])] = {"before": str(record.get("before", "")), "test": record["test"]}
    return found


def tested(pair: Pair, again: str, test: dict[str, str]) -> tuple[float, str] | None:
    """(1 or 0, why) for the code that came back; None where the owner's own code does not pass here either."""
    from aiccl_trainer.validating import sandbox

    if not sandbox.run(_program(pair.code, test)).passed:
        return None
    ran = sandbox.run(_program(again, test))
    return (1.0, "") if ran.passed else (0.0, f"its tests fail: {ran.why}")


def _program(code: str, test: dict[str, str]) -> str:
    return "\n\n".join((test["before"], code, test["test"]))


def chosen(pairs: Iterable[Pair], number: int, seed: int) -> list[Pair]:
    """Pairs to expand, of all languages and kinds, each of another function: a Claude model's where there is one."""
    from aiccl_trainer import balance

    of: dict[str, Pair] = {}
    for pair in balance.order(pairs, seed):
        if pair.id not in of or (pair.teacher.startswith("claude-") and not of[pair.id].teacher.startswith("claude-")):
            of[pair.id] = pair
    return list(of.values())[:number]
