"""The engine against llama.cpp: the same model, the same prompts, one after the other in one run.

    python bench/engine.py --model DIR --gguf FILE [--gguf FILE] [--input FUNCTIONS] [--limit 40] [--cores 2] [--write]

Functions of the evaluation set, of all languages in turn, are converted: the engine writes an answer, the answer is
checked. Once as `aiccl compress --jobs N` does it (N processes, one thread each), then one after another in a single
stream. llama.cpp (llama-cpp-python, greedy, without grammar and check) gets the same prompts and stops as the engine
does: at the model's own end or at the same number of tokens, and where the model writes intents alone, where the
intent ends. Once with N threads, as it is commonly used, and once in N processes as well.

Reading and writing are told apart, for a prompt's tokens are run together and an answer's one by one. Reading is the
network's run over a prompt, which also chooses the answer's first token; writing is all else until the answer is there
(and checked), and its rate counts the tokens that the network has chosen after the first, never what was given.
Functions a second are by wall time from the first prompt to the last answer, prompts included: that is what a user
waits for. Loading is not counted: all processes load, run a short text, and wait for each other. Each line has
processes of its own, whose peak memory is told.

The bar: N processes of the engine write at least 1.5 times as fast as llama.cpp, which is what its fastest line
reaches; at least 50 tokens/s in a single stream; under 600 MB a process. `--write` puts the table into
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import page

sys.path[:0] = [str(page.ROOT / "converter")]

from aiccl_converter.model import engine as engines  # noqa: E402
from aiccl_converter.model import prompt  # noqa: E402
from aiccl_converter.model.opened import peek_model  # noqa: E402

EVALUATION = page.ROOT.parent / "shared" / "corpus" / "eval.jsonl.gz"
ENGINE, BARE = "aiccl", "llama.cpp"
LONG = 3600.0
"""Seconds for one answer: nothing is cut short here."""


@dataclass(frozen=True)
class Function:
    """What is converted."""

    language: str
    code: str
    flow: str


@dataclass(frozen=True)
class Done:
    """One answer."""

    read: int
    """Tokens of the prompt."""
    written: int
    reading: float
    """Seconds."""
    writing: float


@dataclass
class Line:
    """One line of the table."""

    name: str
    kind: str
    path: str
    processes: int
    threads: int
    drafts: bool = True
    done: list[Done] = field(default_factory=list)
    wall: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0
    failed: list[str] = field(default_factory=list)

    @property
    def read(self) -> float:
        """Tokens read a second of reading, by all processes."""
        return _rate(sum(d.read for d in self.done), sum(d.reading for d in self.done) / self.processes)

    @property
    def rate(self) -> float:
        """Tokens written a second of writing, by all processes."""
        return _rate(sum(max(d.written - 1, 0) for d in self.done), sum(d.writing for d in self.done) / self.processes)

    @property
    def functions(self) -> float:
        """Functions a second."""
        return _rate(len(self.done), self.wall)


def _rate(number: float, seconds: float) -> float:
    return number / seconds if seconds else 0.0


class Clock:
    """A network (`decode.Network`) that tells how long it has read prompts."""

    def __init__(self, network: Any) -> None:
        self.vocabulary = network.vocabulary
        self.reading = 0.0
        self._network = network

    def reserve(self, tokens: int) -> None:
        """As the network."""
        self._network.reserve(tokens)

    def forward(self, ids: Sequence[int], past: int, places: Sequence[int]) -> Any:
        """As the network. What begins with nothing behind it is a prompt."""
        started = time.perf_counter()
        logits = self._network.forward(ids, past, places)
        if not past:
            self.reading += time.perf_counter() - started
        return logits


def functions(path: Path, limit: int, seed: int) -> list[Function]:
    """Functions of all languages in turn, drawn by a seed, that a model would be asked about."""
    from aiccl_converter.converter import AICCLConverter
    from aiccl_converter.errors import AICCLError
    from aiccl_converter.model.writer import SMALL
    from aiccl_converter.tokens import count

    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    random.Random(seed).shuffle(rows)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["language"], []).append(row)
    converter = AICCLConverter()
    out: list[Function] = []
    while len(out) < limit and any(groups.values()):
        for language in sorted(groups):
            while groups[language]:
                code = groups[language].pop()["code"]
                try:
                    result = converter.convert_to_aiccl(code, language)
                except AICCLError:
                    continue
                if result.units != 1 or result.outlined or count(code, "o200k_base") < SMALL or "\n" not in result.text:
                    continue
                out.append(Function(language, code, result.text))
                break
    return out[:limit]


def serve(line: Line, items: Any, ready: Any, answers: Any) -> None:
    """A process's whole life: load, wait for the others, answer until there is a None."""
    try:
        answer = _loaded(line)
        answer(Function("python", "def f(a):\n    return g(a)\n", "f(a)\n^g(a)"))
    except Exception as error:
        answers.put(("failed", f"{type(error).__name__}: {error}"))
        ready.abort()
        return
    ready.wait()
    ready.wait()
    used = time.process_time()
    while (item := items.get()) is not None:
        answers.put(("answer", answer(item)))
    answers.put(("end", time.process_time() - used, _peak()))


def _loaded(line: Line) -> Any:
    limits = engines.Limits(seconds=LONG)
    if line.kind == ENGINE:
        engine = engines.Engine(line.path, threads=line.threads, drafts=line.drafts, limits=limits)
        decoder = engine.decoder()
        clock = Clock(decoder.session)
        decoder.session = clock
        return lambda item: _converted(engine, clock, item)
    return _bare(line, limits)


def _converted(engine: engines.Engine, clock: Clock, item: Function) -> Done | None:
    """A function that is answered and checked; None where it is too long."""
    from aiccl_converter.model.acceptance import accept
    from aiccl_converter.tokens import counter

    started, before = time.perf_counter(), clock.reading
    answer = engine.answer(item.language, item.code, item.flow)
    if answer is None:
        return None
    accept(item.code, item.flow, answer.intent, answer.view, item.language, counter("o200k_base").count)
    reading = clock.reading - before
    return Done(answer.prompt_tokens, answer.tokens, reading, time.perf_counter() - started - reading)


def _bare(line: Line, limits: engines.Limits) -> Any:
    """llama.cpp by its own Python package, greedy."""
    from aiccl_converter.model.codec import Codec
    from aiccl_converter.model.opened import open_model
    from llama_cpp import Llama

    file: Any = open_model(line.path)
    codec = Codec(file.path, file.tokenizer())
    ends: set[int] = set()
    if file.writes == "intent":
        # The engine's grammar has the quote end a token; without it a model may write more in one with it.
        ends = {n for n, piece in enumerate(codec.pieces) if piece and ("\n" in piece or prompt.QUOTE in piece)}
    model = Llama(
        line.path, n_ctx=4096, n_threads=line.threads, n_threads_batch=line.threads, verbose=False, no_perf=True
    )

    def answer(item: Function) -> Done | None:
        started = time.perf_counter()
        told = prompt.given(item.language, code=item.code, flow=item.flow, reads=file.reads)
        ids = codec.ids(told)
        if len(ids) > engines.LONGEST:
            return None
        most = 48 + int(len(codec.ids([item.flow])) * limits.growth)
        given = [*ids, *codec.ids([prompt.QUOTE])]
        written, reading, asked = 0, 0.0, time.perf_counter()
        for token in model.generate(given, temp=0.0, repeat_penalty=1.0):
            reading = reading or time.perf_counter() - asked
            written += 1
            if token == codec.end or written >= most or token in ends:
                break
        return Done(len(ids), written, reading, time.perf_counter() - started - reading)

    return answer


def _peak() -> float:
    """The most memory that this process has had, in MB; of it what is its own, without files that are mapped."""
    for row in Path("/proc/self/status").read_text().splitlines():
        if row.startswith("VmHWM:"):
            return int(row.split()[1]) / 1000
    return 0.0


def measure(line: Line, given: list[Function]) -> None:
    """Fill in a line's figures."""
    context = multiprocessing.get_context("spawn")
    items, answers, ready = context.Queue(), context.Queue(), context.Barrier(line.processes + 1)
    for item in given:
        items.put(item)
    for _ in range(line.processes):
        items.put(None)
    workers = [
        context.Process(target=serve, args=(line, items, ready, answers), daemon=True) for _ in range(line.processes)
    ]
    for worker in workers:
        worker.start()
    try:
        ready.wait()
        started = time.perf_counter()
        ready.wait()
        ended = 0
        while ended < line.processes:
            kind, *rest = answers.get()
            if kind == "answer":
                line.wall = time.perf_counter() - started
                if rest[0] is not None:
                    line.done.append(rest[0])
            else:
                ended += 1
                line.cpu, line.memory = line.cpu + rest[0], max(line.memory, rest[1])
    except Exception as error:
        line.failed.append(str(answers.get(timeout=5)[1]) if not answers.empty() else type(error).__name__)
    for worker in workers:
        if line.failed:
            worker.terminate()
        worker.join()


def plan(model: str, files: list[str], cores: int) -> list[Line]:
    """All lines, the ones that the bar speaks of first."""
    lines = [
        Line(f"engine, `--jobs {cores}`", ENGINE, model, cores, 1),
        Line("engine, single stream", ENGINE, model, 1, 1),
        Line("engine, single stream", ENGINE, model, 1, cores),
        Line("engine, single stream, no drafts", ENGINE, model, 1, cores, drafts=False),
    ]
    for path in files:
        kind = Path(path).suffixes[-2][1:] if len(Path(path).suffixes) > 1 else "GGUF"
        lines += [
            Line(f"llama.cpp, {kind}", BARE, path, 1, cores),
            Line(f"llama.cpp, {kind}", BARE, path, cores, 1),
            Line(f"engine over llama.cpp, {kind}", ENGINE, path, cores, 1),
        ]
    return lines


def table(lines: list[Line], given: list[Function], load: str) -> str:
    """The table and what it says."""
    out = [
        "| | processes x threads | tokens read | read/s | tokens written | written/s | functions/s "
        "| processor s a function | MB a process |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for line in lines:
        size = f"{line.processes} x {line.threads}"
        if line.failed:
            out.append(f"| {line.name} | {size} |" + " - |" * 7)
            continue
        read, written = sum(d.read for d in line.done), sum(d.written for d in line.done)
        out.append(
            f"| {line.name} | {size} | {read:,} | {line.read:.1f} | {written:,} | {line.rate:.1f} "
            f"| {line.functions:.2f} | {_rate(line.cpu, len(line.done)):.2f} | {line.memory:.0f} |"
        )
    first = lines[0]
    asked = sum(d.read for d in first.done) / max(len(first.done), 1)
    languages = len({f.language for f in given})
    out += [
        "",
        f"{len(first.done)} functions in {languages} languages, prompts of {asked:.0f} tokens; {load}.",
    ]
    bare = [line for line in lines if line.kind == BARE and line.rate]
    if bare and first.rate:
        usual = [b for b in bare if b.processes == 1]
        compared: list[tuple[str, str, Callable[[Line], float]]] = [
            ("writes {:.2f} times as many tokens", " (bar: 1.5)", lambda b: b.rate),
            ("answers for {:.2f} times as many functions", "", lambda b: b.functions),
        ]
        for told, bar, of in compared:
            said = f"The engine {told.format(of(first) / max(map(of, bare)))} a second as llama.cpp at its best"
            if usual:
                said += f", {of(first) / max(map(of, usual)):.2f} times as many as llama.cpp in one process"
            out.append(f"{said}{bar}.")
    alone = [line.rate for line in lines if line.name == "engine, single stream" and line.rate]
    if alone:
        out.append(
            f"A single stream: {max(alone):.0f} tokens/s (bar: 50). A process: {first.memory:.0f} MB (bar: 600)."
        )
    return "\n".join(out)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="an exported folder")
    parser.add_argument("--gguf", action="append", default=[], help="the same model for llama.cpp; may be repeated")
    parser.add_argument("--input", type=Path, default=EVALUATION, help="functions: objects of `language` and `code`")
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    load = page.load()
    kinds = {(m.reads, m.writes) for m in map(peek_model, [given.model, *given.gguf])}
    if len(kinds) > 1:
        parser.error("the files are not of one model: they read or write different things")
    some = functions(given.input, given.limit, given.seed)
    lines = plan(given.model, given.gguf, given.cores)
    for line in lines:
        measure(line, some)
        for reason in line.failed:
            print(f"{line.name}: {reason}", file=sys.stderr)
        print(f"{line.name} {line.processes} x {line.threads}: {line.rate:.1f} tokens written/s", file=sys.stderr)
    text = table(lines, some, load)
    print(text)
    if given.write:
        page.put("engine", text)
    return 1 if any(line.failed for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
