"""`aiccl-train evaluate`: how good a model is on functions of projects that it was not trained on.

Contract: asks the exported model through the converter's own engine; beside it a model without training, the
compiler alone and the outline. Writes `items.jsonl`, `figures.json`, `report.md` and a plot; with --card the page's
figures as well. Goes on where it was ended.
"""

from __future__ import annotations

import argparse
from pathlib import Path

NAME = "evaluate"
HELP = "measure a model on code that it was not trained on"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The step's arguments."""
    parser.add_argument("--input-dir", "--input", dest="input", action="append", required=True, metavar="PATH",
                        help="held-out pairs: folders or files. May be repeated")  # fmt: skip
    parser.add_argument("--model", required=True, metavar="DIR", help="an exported model")
    parser.add_argument("--base", metavar="DIR", help="an exported model without training, to compare with")
    parser.add_argument("--output-dir", required=True, metavar="DIR")
    parser.add_argument("--split", choices=("train", "valid", "test"), help="only pairs of this split (default: all)")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="so many functions, of all languages in turn")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="processor threads")
    parser.add_argument("--card", metavar="FILE", help="put the figures into this page")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(arguments: argparse.Namespace) -> int:
    """Measure."""
    from aiccl_converter.model.engine import Engine

    from aiccl_trainer import store
    from aiccl_trainer.compiled import count
    from aiccl_trainer.errors import NoData
    from aiccl_trainer.evaluating import ask, measure, report
    from aiccl_trainer.pairs import read_pairs

    pairs = ask.chosen([p for p in read_pairs(arguments.input, arguments.split) if p.flow], arguments.limit)
    if not pairs:
        raise NoData("no held-out pair with a flow; make some with `aiccl-train generate --split test`")
    with store.exclusive(arguments.output_dir) as folder:
        engine = Engine(arguments.model, threads=arguments.threads)
        told = ask.answers(folder, "model", engine, pairs, quiet=arguments.quiet)
        items = [measure.judge(p, told.get(p.id)) for p in pairs]
        engine.close()
        rows = {"model": measure.figures(items)}
        compared = [i for i in items if i.pair.intent]
        rows["model"]["retrieval"] = measure.retrieval(compared, [i.intent for i in compared])
        if arguments.base:
            base = Engine(arguments.base, threads=arguments.threads)
            said = ask.answers(folder, "base", base, pairs, quiet=arguments.quiet)
            untrained = [measure.judge(p, said.get(p.id)) for p in pairs]
            rows["base model without training"] = measure.figures(untrained)
            rows["base model without training"]["retrieval"] = measure.retrieval(
                compared, [i.intent for i in untrained if i.pair.intent]
            )
        plain = measure.figures([measure.judge(p, None) for p in pairs])
        keep = ("functions", "invented after checking", "ratio")
        rows["compiler alone"] = {k: plain[k] for k in keep}
        rows["outline"] = {
            "functions": len(pairs),
            "ratio": sum(i.source_tokens for i in items) / sum(count(measure.outline(p)) for p in pairs),
        }
        rows["people's docs"] = {
            "functions": len(compared),
            "retrieval": measure.retrieval(compared, [i.pair.intent for i in compared]),
        }
        about = (
            f"{len(pairs)} functions of {len({p.project for p in pairs})} projects in "
            f"{len({p.language for p in pairs})} languages; {len(compared)} of them have an intent to compare with. "
            f"Model `{engine.folder.hash[:16]}`, fed with {engine.folder.reads}."
        )
        text = report.page(rows, items, about) + "\n\nIntents, every nth:\n\n" + report.examples(items)
        store.write_lines(folder / "items.jsonl", (report.item_record(i) for i in items))
        store.write_json(folder / "figures.json", {"model": engine.folder.hash, "rows": rows})
        store.write(folder / "report.md", text + "\n")
        report.plot(folder / "flow-against-view.png", items)
        if arguments.card:
            report.put(Path(arguments.card), text)
    if not arguments.quiet:
        print(report.table(list(report.PERCENT & rows["model"].keys()), {"model": rows["model"]}, ""))
    return 0
