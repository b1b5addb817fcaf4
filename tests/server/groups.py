"""The groups of tests that a language server needs, and which test is of which.

    python tests/server/groups.py [--write]

prints the table of docs/reliability.md, or puts it there. Tests are counted as they stand in the files, a parametrised
one once. `test_groups.py` checks that every test is of one group, that none is empty, and that the page is current.
"""

from __future__ import annotations

import argparse
import ast
import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "reliability.md"
BEGIN, END = "<!-- groups -->", "<!-- /groups -->"


@dataclass(frozen=True)
class Group:
    """`tests` is searched for in `FILE::NAME`."""

    title: str
    tests: str


GROUPS = {
    "1": Group(
        "Handshake as four real clients make it, before `initialize`, after `shutdown`, exit codes",
        r"test_clients\.py|protocol.*(handshake|before_initialize|exit_without|tcp|version_and_help|the_end_of_input_ends)",
    ),
    "2": Group(
        "Unknown and wrong messages, broken JSON, split headers, large messages, end within a message",
        "protocol.*(end_of_input_within|unknown_and_wrong|broken_json|in_pieces|many_megabytes)",
    ),
    "3": Group(
        "Random edits in UTF-8, UTF-16, UTF-32", "test_documents.*(edits|positions|position|encoding|line_ends)"
    ),
    "4": Group(
        "Versions out of order, untitled buffers, escaped and odd URIs, drive letters, a file deleted while open",
        "versions|untitled|uris|odd_characters|not_open|deleted_while|test_uris",
    ),
    "5": Group("Cancelling: before, during, after; the work stops", "test_cancelling"),
    "6": Group("Hover while the engine, the worker or both are at work", r"test_busy.*(hover|looked_at)"),
    "7": Group(
        "Worker: SIGKILL, SIGSTOP, hanging, garbage on its pipe, out of memory, cannot start, poison file, no model",
        "test_survival.*(frozen|killed_worker|killed_while|poison|ends_the_worker|quarantined|hangs|memory|garbage|start|program|restart"
        "|back_off|an_open_text)|(cannot_be_loaded|is_put_away|no_message|one_line)|the_worker_is_killed"
        "|ended_the_worker",
    ),
    "8": Group(
        "Parent killed, with and without an inherited pipe; no orphan",
        "with_its_editor|parent_that|no_process_is_left|no_orphan",
    ),
    "9": Group("Standard output is the protocol's alone", "standard_output"),
    "10": Group(
        "Odd workspaces: links in a circle and to `/`, FIFO, socket, 100 MB, endless lines, 10,000 brackets, encodings,"
        " BOM, empty, a file that becomes a folder, nested `.gitignore`, worktree, case-only rename, the home folder",
        "test_hostile.*odd|worker.*(odd_files|worktree|case_only|home|ignored_files|file_system_are)|test_covered",
    ),
    "11": Group(
        "Watching: created, changed, deleted, moved, saved by rename, folders, a burst, the limit, with and without the"
        " client",
        "test_watch|test_debounce|removed_goes",
    ),
    "12": Group(
        "Index: two servers, killed in mid-write, older and newer schema, damaged, removed, locked, no folder, full disk,"
        " two models, two versions",
        "index/|without_a_cache_folder|readers_are_told",
    ),
    "13": Group(
        "Nothing leaves the machine, nothing is written outside the cache; a repository is data",
        "test_offline|no_connection|test_private|into_the_workspace",
    ),
    "14": Group(
        "A long day: memory, descriptors, threads and idle processor time stay", "long_day|grow_nothing|has_grown|idle"
    ),
    "15": Group("Settings: wrong types, changes at run time", "test_settings|settings_change|another_size|max_bytes"),
    "hover": Group("Hover, beside the above", "test_hover|a_use_shows|saved_then|changed_on_disk"),
    "requests": Group("Requests, virtual documents, links", "test_requests|most_tokens"),
    "commands": Group(
        "Commands, code actions, lenses, corrections",
        "test_commands|test_corrections|reindex|restart_worker|clear_cache|explain",
    ),
    "model": Group(
        "The local model: what it shows, when it works and rests, a workspace that goes through it once",
        r"test_model\.py|test_refill|test_local_model",
    ),
    "indexing": Group("What is indexed and when; the slow converter's place", "worker/|indexed|folders_come|progress"),
    "pages": Group("The pages that describe this", "documented|test_groups"),
}
#: Looked through in this order: the first that fits has the test.
ORDER = ("pages", "model", *(str(number) for number in range(1, 16)), "hover", "requests", "commands", "indexing")


def tests() -> list[str]:
    """Every test as `FILE::NAME`."""
    found = []
    for path in sorted(HERE.rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        name = path.relative_to(HERE).as_posix()
        found += [
            f"{name}::{node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        ]
    return found


def grouped() -> dict[str, list[str]]:
    """Group -> its tests; under "" those of none."""
    out: dict[str, list[str]] = {key: [] for key in GROUPS}
    for test in tests():
        key = next((key for key in ORDER if re.search(GROUPS[key].tests, test)), "")
        out.setdefault(key, []).append(test)
    return out


def table() -> str:
    """The table of the page."""
    rows = ["| | Group | Tests | In |", "|---|---|--:|---|"]
    found = grouped()
    for key, group in GROUPS.items():
        files = sorted({test.partition("::")[0] for test in found[key]})
        shown = ", ".join(f"`{file}`" for file in files)
        rows.append(f"| {key if key.isdigit() else ''} | {group.title} | {len(found[key])} | {shown} |")
    rows.append(f"| | all | {sum(map(len, found.values()))} | |")
    return "\n".join(rows)


def page(text: str) -> str:
    """The page with the table as it is now."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has lost its marks {BEGIN} and {END}")
    return f"{head}{BEGIN}\n{table()}\n{END}{tail}"


def main() -> None:
    """Print or write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true")
    if parser.parse_args().write:
        PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    else:
        print(table())
        print(*grouped().get("", []), sep="\n")


if __name__ == "__main__":
    main()
