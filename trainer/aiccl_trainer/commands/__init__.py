"""The steps of `aiccl-train`, one module each: `NAME`, `HELP`, `add_arguments(parser)` and `run(arguments) -> int`.

`TABLE` is what the command knows of a step before it is imported.
"""

from __future__ import annotations

TABLE = {
    "collect": "gather functions from folders, checkouts, packages and ready corpora",
    "generate": "make training pairs: code, its flow, a better view and an intent, from a teacher",
    "validate": "check pairs for form, fidelity, ratio, consistency and expansion; keep the good ones",
    "fit": "train a model on pairs",
    "evaluate": "measure a model on code that it was not trained on",
    "export": "turn a fitted model into the files that the converter runs",
    "adapt": "train an adapter for one code base",
    "feedback": "turn corrections that were saved from the editor into pairs",
    "select": "list the patterns that a model is weakest at, for generate",
}
"""Name -> one line of help, in the order of the work."""
