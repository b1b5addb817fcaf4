"""Claude as a teacher: asked in batches (or one by one), checked, asked once more where the check found something.

Contract: `generate(...)` is `aiccl-train generate --model claude-...`. Every answer is in the journal before it is
judged; pairs are made of what passes the check. A run that ends in any way goes on where it was, and asks nothing
again that it has an answer to.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from aiccl_converter.errors import AICCLError, WorkerDied
from aiccl_converter.files import pool

from aiccl_trainer import balance
from aiccl_trainer.compiled import count, flow_of, normal_view, scored
from aiccl_trainer.errors import NoData, TeacherFailed
from aiccl_trainer.intents import tidy
from aiccl_trainer.pairs import Pair
from aiccl_trainer.progress import Progress
from aiccl_trainer.samples import Sample
from aiccl_trainer.teachers import local, template
from aiccl_trainer.teachers.api import KEPT, Api, Unsure
from aiccl_trainer.teachers.journal import GIVEN_UP, Batch, Journal
from aiccl_trainer.teachers.prices import CLAUDE_TOKENS, Used, price_of
from aiccl_trainer.teachers.refusals import Blame, blame

MOST_TOKENS = 4096
AT_ONCE = 4
"""Requests under way with --live."""
FINDINGS = 400
"""Tokens, at most, of what is said about an answer that did not pass."""
DAY = 86400.0
_ANSWER = re.compile(
    r"\A\s*(?:```\w*\n)?intent:[ \t]*(?P<intent>[^\n]*)\nview:[ \t]*\n?(?P<view>.*?)(?:\n```)?\s*\Z", re.S
)


def is_name(text: str) -> bool:
    """Whether it is the name of a Claude model."""
    return text.startswith("claude-") and re.fullmatch(r"[\w.:@-]+", text) is not None


def generate(
    arguments: argparse.Namespace,
    folder: Path,
    model: str,
    samples: list[Sample],
    known: Counter[tuple[str, str, str]],
) -> int:
    """Make the pairs."""
    journal = Journal(folder, model)
    try:
        return _generate(arguments, folder, model, samples, known, journal)
    finally:
        journal.close()


def _generate(
    arguments: argparse.Namespace,
    folder: Path,
    model: str,
    samples: list[Sample],
    known: Counter[tuple[str, str, str]],
    journal: Journal,
) -> int:
    have = sum(n for (who, _, _), n in known.items() if who == model)
    chosen = _chosen(arguments, model, samples, known, journal)
    if not chosen and not have:
        raise NoData("no function is left to ask about; name other --input, --languages or --patterns")
    price = price_of(model, arguments.price)
    waiting = {name for batch in journal.open for name in batch.ids}
    ask = [s for s in chosen if s.id not in waiting and not _unjudged(journal, s.id)]
    flows = _flows(chosen, arguments.jobs)
    expected = _expected(ask, flows)
    cost = expected.cost(price, not arguments.live) if price else None
    most = None
    told = "an unknown price, say --price IN/OUT to have it estimated"
    if price is not None:
        to_come = {s.id: _to_come(journal, s.id, s.id in waiting, arguments.attempts) for s in chosen}
        most = _at_most(chosen, flows, to_come).cost(price, not arguments.live)
        told = (
            f"about ${cost:.2f}, up to ${most:.2f} where nothing is read from the cache and no answer passes before "
            f"the last of {arguments.attempts}"
        )
    estimate = (
        f"{len(ask)} functions to ask {model} about: {expected.input + expected.cache_write + expected.cache_read:,} "
        f"tokens in, {expected.output:,} out, {told}"
    )
    if arguments.estimate:
        print(estimate)
        return 0
    if arguments.max_cost is not None and (most is None or most > arguments.max_cost):
        raise TeacherFailed(f"{estimate}; that is more than --max-cost {arguments.max_cost:g}: lower --target-pairs")
    api = Api(arguments.retries, arguments.pause)
    if ask and not arguments.yes:
        _agreed(estimate)
    from aiccl_trainer.generating import Writers

    with Progress(folder, "generate", len(chosen), quiet=arguments.quiet) as progress, Writers(folder) as writers:
        progress.note("note", estimate=estimate, dollars=cost, dollars_at_most=most)
        run = _Run(arguments, model, {s.id: s for s in chosen}, flows, journal, api, progress, writers)
        try:
            run.all()
        finally:
            batch, live = journal.used_batch, journal.used_live
            spent = batch.cost(price, True) + live.cost(price, False) if price else None
            progress.note(
                "note",
                spent_in_all=None if spent is None else round(spent, 4),
                tokens_batched=[batch.input, batch.output, batch.cache_write, batch.cache_read],
                tokens_live=[live.input, live.output, live.cache_write, live.cache_read],
            )
            if spent is not None:
                progress.figures["spent"] = f"${spent:.2f} in all runs"
    return 0


def _chosen(
    arguments: argparse.Namespace,
    model: str,
    samples: list[Sample],
    known: Counter[tuple[str, str, str]],
    journal: Journal,
) -> list[Sample]:
    """The functions to make pairs of, in balance; those that were asked about come first, answers that failed do not
    count."""
    quota = balance.Quota(arguments.target_pairs, balance.quotas(arguments.quotas))
    for (who, _, language), number in known.items():
        if who == model:
            for _ in range(number):
                quota.took(language)
    chosen: list[Sample] = []
    under_way = {name for batch in journal.open for name in batch.ids}
    for begun in (True, False):
        for sample in samples:
            asked = journal.asked.get(sample.id)
            if asked is not None and asked.settled:
                continue
            mine = sample.id in under_way or asked is not None
            if mine == begun and (begun or quota.takes(sample.language)):
                quota.took(sample.language)
                chosen.append(sample)
    return chosen


def _unjudged(journal: Journal, name: str) -> bool:
    asked = journal.asked.get(name)
    return asked is not None and bool(asked.answers) and not asked.findings and not asked.settled


def _flows(samples: list[Sample], jobs: int | None) -> dict[str, str]:
    done = pool.run(_flow, samples, jobs, _no_flow, "aiccl_converter.warm")
    return {sample.id: text for sample, text in zip(samples, done, strict=True)}


def _flow(sample: Sample) -> str:
    return flow_of(sample.code, sample.language).text


def _no_flow(sample: Sample, error: WorkerDied) -> str:
    return ""


def _expected(samples: list[Sample], flows: dict[str, str]) -> Used:
    """Tokens that asking about some functions will take where all goes well."""
    if not samples:
        return Used()
    shared = int(count(system()) * CLAUDE_TOKENS)
    each = sum(count(s.code) + count(flows[s.id]) + 40 for s in samples)
    answers = sum(count(flows[s.id]) + 30 for s in samples)
    return Used(int(each * CLAUDE_TOKENS), int(answers * CLAUDE_TOKENS), shared, shared * (len(samples) - 1))


def _to_come(journal: Journal, name: str, waiting: bool, attempts: int) -> int:
    """How often a function may yet be asked about."""
    had = journal.of(name).attempts + waiting
    return max(attempts - had, 0 if had else 1)


def _at_most(samples: list[Sample], flows: dict[str, str], times: dict[str, int]) -> Used:
    """The same where no request of a batch finds the prompt in the cache, and each function is asked about so many
    times, again with the answer that did not pass and what was found in it."""
    shared = count(system())
    used = Used()
    for sample in samples:
        asked = times[sample.id]
        flow = count(flows[sample.id])
        again = max(0, asked - 1) * (flow + 30 + FINDINGS)
        used.add(Used(asked * (count(sample.code) + flow + 40) + again, asked * (flow + 30), asked * shared))
    return Used(*(int(n * CLAUDE_TOKENS) for n in (used.input, used.output, used.cache_write)))


def _agreed(estimate: str) -> None:
    """Let a person say yes. Raises TeacherFailed."""
    if not sys.stdin.isatty():
        raise TeacherFailed(f"{estimate}; say --yes to spend that, or --estimate to see it alone")
    if input(f"{estimate}. Go on? [y/N] ").strip().lower() not in ("y", "yes"):
        raise TeacherFailed("nothing was asked; lower --target-pairs or name another --model")


def system() -> str:
    """The system prompt."""
    from aiccl_converter.language import basemap

    return template.SYSTEM.format(base_map=basemap.text())


def parameters(
    model: str, sample: Sample, flow: str, last: dict[str, Any] | None = None, findings: str = ""
) -> dict[str, Any]:
    """One request. `last` is an answer that did not pass, `findings` why."""
    from aiccl_converter.source import language as table_of

    table = table_of(sample.language)
    asked = template.USER.format(language=table.title or table.name, code=sample.code, flow=flow or "(none)")
    messages: list[dict[str, Any]] = [{"role": "user", "content": asked}]
    if last is not None and last["text"].strip():
        messages.append({"role": "assistant", "content": last["text"].strip()})
        messages.append({"role": "user", "content": template.AGAIN.format(findings=findings)})
    return {
        "model": model,
        "max_tokens": MOST_TOKENS,
        "system": [{"type": "text", "text": system(), "cache_control": {"type": "ephemeral"}}],
        "messages": messages,
    }


def judged(sample: Sample, flow: str, answer: dict[str, Any], model: str) -> Pair | str:
    """An answer as a pair, or what is wrong with it."""
    from aiccl_trainer.compiled import Flow

    if answer["stop"] == "max_tokens":
        return "the answer was cut off: it was too long"
    if answer["stop"] == "refusal":
        return "the answer was refused"
    found = _ANSWER.match(answer["text"])
    if found is None:
        return "the answer is not in the form: intent: ... / view: ..."
    intent = tidy(found["intent"])
    if not 2 <= len(intent.split()) <= 16:
        return "the intent is not 3 to 12 words long"
    if not found["view"].strip():
        return "the view is empty"
    try:
        view, _ = normal_view(found["view"].strip("\n"))
    except (AICCLError, RecursionError) as error:
        return f"the view does not read as AICCL: {error}"
    except Exception as error:  # nobody knows what a model may write: it must not end every run that reads it
        return f"the view does not read as AICCL: {type(error).__name__}"
    if not view.isascii() and sample.code.isascii():
        return "the view is not ASCII"
    report = scored(sample.code, view, sample.language)
    if not report.passed:
        return str(report)[:1500]
    complexity = sample.complexity or flow_of(sample.code, sample.language).complexity
    return local.pair(sample, Flow(flow, 1.0, complexity), view, intent, model, report.score)


class _Run:
    """One run: what is open is fetched, what is answered is judged, what is missing is asked."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        model: str,
        samples: dict[str, Sample],
        flows: dict[str, str],
        journal: Journal,
        api: Api,
        progress: Progress,
        writers: Any,
    ) -> None:
        self.arguments = arguments
        self.model = model
        self.samples = samples
        self.flows = flows
        self.journal = journal
        self.api = api
        self.progress = progress
        self.writers = writers
        self.failed: Counter[str] = Counter()
        """How often a function was asked about in vain, by no fault of its own."""
        self.trouble = ""
        """Why asking on makes no sense."""
        progress.figures.update(made=0, given_up=0)

    def all(self) -> None:
        """Until every function has its pair or was given up."""
        for batch in self.journal.open:
            self._settle(batch)
            self._fetch(batch)
        if self.trouble:
            self.progress.say(f"a batch of an earlier run failed: {self.trouble}; what it held is asked again")
            self.trouble = ""  # it may have been mended since
        while True:
            for name in self.samples:
                if _unjudged(self.journal, name):
                    self._judge(name)
            left = [name for name in self.samples if not self.journal.of(name).settled]
            if not left:
                return
            if self.arguments.live:
                self._live(left)
            else:
                for batch in [self._send(some) for some in _parts(left, self.arguments.batch_size)]:
                    self._fetch(batch)
                if self.trouble:  # now that what was answered beside it is kept
                    raise TeacherFailed(f"Claude failed in a batch: {self.trouble}; {KEPT}")

    def _judge(self, name: str) -> None:
        asked = self.journal.of(name)
        sample = self.samples[name]
        answer = judged(sample, self.flows[name], asked.answers[-1], self.model)
        if isinstance(answer, Pair):
            self.writers.write(answer)
            self.journal.add("made", id=name)
            self.progress.figures["made"] += 1
            self.progress.advance()
        else:
            self.journal.add("refused", id=name, why=answer)
            if asked.attempts >= self.arguments.attempts:
                self._give_up(name, answer)

    def _give_up(self, name: str, why: str) -> None:
        self.journal.add(GIVEN_UP, id=name, why=why)
        self.progress.figures["given_up"] += 1
        self.progress.advance()

    def _request(self, name: str) -> dict[str, Any]:
        asked = self.journal.of(name)
        last = asked.answers[-1] if asked.answers else None
        return parameters(self.model, self.samples[name], self.flows[name], last, asked.findings)

    # --- one by one

    def _live(self, names: list[str]) -> None:
        todo = iter(names)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            under_way: dict[Future[dict[str, Any]], str] = {}
            try:
                while True:
                    while len(under_way) < AT_ONCE and (name := next(todo, None)) is not None:
                        under_way[threads.submit(self.api.message, self._request(name))] = name
                    if not under_way:
                        return
                    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                    for future in done:
                        self._answered(under_way.pop(future), future.result(), batched=False)
            finally:
                for future, name in under_way.items():
                    if not future.cancel() and future.exception() is None:
                        self._answered(name, future.result(), batched=False)  # it is paid for

    def _answered(self, name: str, answer: dict[str, Any], batched: bool) -> None:
        self.journal.add("answer", id=name, batched=batched, **answer)
        if name in self.samples:
            self._judge(name)

    # --- in batches

    def _send(self, names: list[str]) -> Batch:
        key = f"{time.time():.3f}-{names[0]}"
        mark = f"{uuid.uuid4().hex[:12]}-"
        self.journal.add("sending", key=key, ids=names, time=round(time.time(), 3), mark=mark)
        batch = self.journal.batches[key]
        requests = [{"custom_id": custom, "params": self._request(name)} for custom, name in batch.custom.items()]
        for attempt in range(self.arguments.retries + 1):
            try:
                self.journal.add("sent", key=key, batch=self.api.send(requests))
                break
            except Unsure as why:
                self.progress.note("note", unsure=str(why))
                if attempt == self.arguments.retries:
                    raise TeacherFailed(
                        f"Claude did not confirm a batch ({why}); run the same command again, which looks for it first"
                    ) from None
                time.sleep(self.arguments.pause * 2**attempt)
                self._find(batch)
                if batch.name:
                    break
            except TeacherFailed:
                self.journal.add("unsent", key=key)
                raise
        return batch

    def _settle(self, batch: Batch) -> None:
        """A batch that was about to be sent when the last run ended: it is there, or it never was."""
        if not batch.name:
            self._find(batch)
            if not batch.name:
                self.journal.add("unsent", key=batch.key)

    def _find(self, batch: Batch) -> None:
        """Look for a batch whose name is not known. Only its answers tell it from others of the same size, such as
        those of a run in another folder, so it is waited for; clocks may differ by hours."""
        named = {b.name for b in self.journal.batches.values()}
        found = [
            state
            for state in self.api.recent(batch.time - DAY, batch.time + DAY)
            if state.name not in named and state.size == len(batch.ids)
        ]
        for state in sorted(found, key=lambda state: not state.ended):
            if not state.ended:
                self.progress.say(f"waiting for the batch {state.name}: it may be the one that had been sent")
                self._wait(state.name)
            if any(custom in batch.custom for custom, _, _ in self.api.results(state.name)):
                self.progress.say(f"found the batch {state.name}, which had been sent")
                self.journal.add("sent", key=batch.key, batch=state.name)
                return

    def _wait(self, name: str) -> None:
        while True:
            ended, told = self.api.ended(name)
            if ended:
                return
            self.progress.figures["batch"] = told
            self.progress.advance(0)
            time.sleep(self.arguments.poll)

    def _fetch(self, batch: Batch) -> None:
        if not batch.name:
            return
        self._wait(batch.name)
        left = batch.custom
        for custom, kind, answer in self.api.results(batch.name):
            name = left.pop(custom, "")
            if not name:
                continue  # the server made it up
            if kind == "succeeded":
                if not any(a.get("key") == batch.key for a in self.journal.of(name).answers):
                    self._answered(name, {**answer, "key": batch.key}, batched=True)
            else:
                self._in_vain(name, *blame(answer))
        for name in left.values():
            self._in_vain(name, Blame.SERVER, "it left a request without a result; try again later")
        self.journal.add("ended", key=batch.key)

    def _in_vain(self, name: str, fault: Blame, why: str) -> None:
        if fault is Blame.REQUEST:
            if name in self.samples and not self.journal.of(name).settled:
                self._give_up(name, why)
        elif fault is Blame.ACCOUNT:
            self.trouble = why
        else:
            self.failed[name] += 1
            if self.failed[name] > self.arguments.retries:
                self.trouble = self.trouble or why


def _parts(names: list[str], size: int) -> Iterator[list[str]]:
    for at in range(0, len(names), max(1, size)):
        yield names[at : at + max(1, size)]


__all__ = ["generate", "is_name", "judged", "parameters", "system"]
