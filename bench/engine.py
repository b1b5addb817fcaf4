"""The engine against llama.cpp: the same model, the same prompts, one after the other in one run.

    python bench/engine.py --model DIR --gguf FILE --input PAIRS [--limit 20] [--threads 2] [--write FILE]

Both get a unit's prompt and write an answer. llama.cpp writes as many tokens as the engine did, so that a different
answer costs neither more nor less; its grammar is off. Tokens written per second of wall time, the prompt's time
included, and per second of processor time, which says more on a busy machine. Needs llama-cpp-python.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from aiccl_converter.model import prompt
from aiccl_converter.model.codec import Codec
from aiccl_converter.model.engine import Engine

MARK = "engine"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--gguf")
    parser.add_argument("--input", required=True, help="pairs with flows, as `aiccl-train generate` makes them")
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", metavar="FILE", help="put the table into a page, between its marks")
    given = parser.parse_args()

    from aiccl_trainer.evaluating.ask import chosen
    from aiccl_trainer.pairs import read_pairs

    pairs = chosen([p for p in read_pairs(given.input) if p.flow], given.limit)
    rows = {}
    told: list[tuple[list[int], int]] = []
    for name, options in (("aiccl", {}), ("aiccl, no drafts", {"drafts": False})):
        engine = Engine(given.model, threads=given.threads, **options)
        engine.decoder()
        answers = []
        wall, cpu = time.perf_counter(), time.process_time()
        for pair in pairs:
            answers.append(engine.answer(pair.language, pair.code, pair.flow))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        made = [a for a in answers if a is not None]
        rows[name] = sum(a.tokens for a in made), sum(a.prompt_tokens for a in made), wall, cpu
        if not told:
            codec = Codec(engine.folder.tokenizer)
            told = [
                (codec.ids(prompt.given(p.language, code=p.code, flow=p.flow, reads=engine.folder.reads)), a.tokens)
                for p, a in zip(pairs, answers, strict=True)
                if a is not None
            ]
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        engine.close()
    if given.gguf:
        rows["llama.cpp"] = llama(given.gguf, told, given.threads)
    lines = [
        "| | tokens written | prompt tokens | tokens/s | tokens per processor second |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, (written, asked, wall, cpu) in rows.items():
        lines.append(f"| {name} | {written:,} | {asked:,} | {written / wall:.1f} | {written / cpu:.1f} |")
    lines += [
        "",
        f"{len(told)} units, {given.threads} threads, {memory:.0f} MB resident at most with the engine loaded.",
    ]
    text = "\n".join(lines)
    print(text)
    if given.write:
        put(Path(given.write), text)


def llama(path: str, told: list[tuple[list[int], int]], threads: int) -> tuple[int, int, float, float]:
    """llama.cpp's time for the same prompts and numbers of tokens."""
    from llama_cpp import Llama

    model = Llama(path, n_ctx=2048, n_threads=threads, n_threads_batch=threads, verbose=False, logits_all=False)
    wall, cpu = time.perf_counter(), time.process_time()
    written = 0
    for ids, number in told:
        model.reset()
        for made, _ in enumerate(model.generate(ids, temp=0.0, repeat_penalty=1.0), 1):
            if made >= number:
                break
        written += number
    return written, sum(len(ids) for ids, _ in told), time.perf_counter() - wall, time.process_time() - cpu


def put(page: Path, text: str) -> None:
    """Between the marks of a page."""
    begin, end = f"<!-- {MARK}: begin -->", f"<!-- {MARK}: end -->"
    old = page.read_text(encoding="utf-8")
    if begin not in old:
        old += f"\n## The model's engine\n\n{begin}\n{end}\n"
    head, rest = old.split(begin, 1)
    page.write_text(f"{head}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
