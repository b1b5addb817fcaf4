"""The papers that travel with an exported model: what it is, made of what, under which licence, how well it does.

Contract: `card(..)` gives the folder's README.md. It says nothing that is not in the manifest. `licence(..)` gives the
text of the base's licence, where it is known.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

APACHE = Path(__file__).with_name("apache-2.0.txt")
_READS = {
    "flow": "the flow that AICCL's compiler makes of it",
    "code": "its code",
    "both": "its code and the flow that AICCL's compiler makes of it",
}
_WRITES = {
    "intent": ("Writes the intent of a function", "the compiler's flow stands below it as it is"),
    "view": ("Writes the intent of a function, and a shorter flow", "what it writes is shown only where the fidelity "
             "check accepts it"),
}  # fmt: skip


def licence(name: str, base: str) -> str:
    """The text of the licence of a base, or empty: by the licence's name, or out of the base's folder."""
    if name.startswith("Apache-2.0"):
        return APACHE.read_text(encoding="utf-8")
    folder = Path(base)
    for shape in ("LICEN[SC]E*", "COPYING*"):
        for path in sorted(folder.glob(shape)) if folder.is_dir() else ():
            if path.is_file():
                return path.read_text(encoding="utf-8", errors="replace")
    return ""


def card(about: dict[str, Any]) -> str:
    """A page in Markdown."""
    reads = str(about.get("reads"))
    does, shown = _WRITES.get(str(about.get("writes", "view")), _WRITES["view"])
    base = f"- Base: {about.get('base', 'unknown')}; licence of the base: {about.get('licence', 'see the base')}"
    lines = [
        "# An AICCL model",
        "",
        f"{does}, from {_READS.get(reads, reads)}. Run by",
        f"`aiccl compress --engine model --model THIS_FOLDER`; {shown}.",
        "An intent is checked for names that the source does not have, not for truth.",
        "",
        base + (", whose text is in `LICENSE`." if about.get("licence_text") else "."),
        f"- Fed with: {reads}. Weights: int4, blocks of 32, with files' hashes in `model.json`.",
    ]
    training = about.get("training") or {}
    if training.get("steps"):
        told = f"- Trained on {training.get('tokens', 0):,} tokens ({training['steps']:,} steps)"
        if training.get("pairs"):
            told += f" of {training['pairs']:,} pairs (sha256 of them: `{training.get('data', '')}`)"
        lines.append(f"{told}; seed {training.get('seed', 0)}.")
    teachers = about.get("data")
    if teachers:
        lines += ["", "## Data", "", "| teacher | pairs | licences |", "|---|---:|---|"]
        lines += [f"| {t} | {d['pairs']:,} | {', '.join(d['licences'])} |" for t, d in teachers.items()]
    parity = about.get("parity")
    if parity:
        lines += ["", "## Against torch", "", "| | |", "|---|---:|"]
        lines += [f"| {k} | {v:,} |" for k, v in parity.items()]
    measured = about.get("evaluation")
    if measured:
        lines += ["", "## Evaluation", "", "| | |", "|---|---:|"]
        lines += [f"| {k} | {v if isinstance(v, str) else round(v, 3)} |" for k, v in measured.items()]
    return "\n".join(lines) + "\n"
