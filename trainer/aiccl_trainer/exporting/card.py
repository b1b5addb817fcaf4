"""The papers that travel with an exported model: what it is, made of what, under which licence, how well it does.

Contract: `card(..)` gives the folder's README.md. It says nothing that is not in the manifest.
"""

from __future__ import annotations

from typing import Any


def card(about: dict[str, Any]) -> str:
    """A page in Markdown."""
    lines = [
        "# An AICCL model",
        "",
        "Writes the intent of a function, and a shorter flow, from the flow that AICCL's compiler makes of it. Run by",
        "`aiccl compress --engine model --model THIS_FOLDER`; what it writes is shown only where the fidelity check",
        "accepts it. An intent is checked for names that the source does not have, not for truth.",
        "",
        f"- Base: {about.get('base', 'unknown')}; licence of the base: {about.get('licence', 'see the base')}.",
        f"- Fed with: {about.get('reads')}. Weights: int4, blocks of 32, with files' hashes in `model.json`.",
    ]
    training = about.get("training")
    if training:
        lines.append(
            f"- Trained on {training.get('tokens', 0):,} tokens ({training.get('steps', 0):,} steps) of "
            f"{training.get('pairs', 0):,} pairs; seed {training.get('seed', 0)}, "
            f"data {training.get('data', 'unknown')}."
        )
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
