"""Every link of the documentation that leads into the repository leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from .pages import PAGES, ROOT, anchors, links, page

CASES = [
    pytest.param(path, link, id=f"{path.relative_to(ROOT)}:{link}")
    for path in PAGES
    for link in links(path.read_text(encoding="utf-8"))
    if not re.match(r"[a-z][a-z+.-]*:", link)
]


def test_there_are_links() -> None:
    assert len(CASES) > 10


@pytest.mark.parametrize(("path", "link"), CASES)
def test_a_link_leads_somewhere(path: Path, link: str) -> None:
    name, _, anchor = link.partition("#")
    target = (path.parent / unquote(name)).resolve() if name else path
    assert target.exists(), f"{path.name} links to {link}, which is not there"
    assert target.is_relative_to(ROOT), f"{path.name} links out of the repository: {link}"
    if anchor:
        assert anchor in anchors(target.read_text(encoding="utf-8")), f"{target.name} has no heading #{anchor}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in seen or path.suffix != ".md" or not path.exists():
            continue
        seen.add(path)
        waiting += [
            (path.parent / link.partition("#")[0]).resolve()
            for link in links(path.read_text(encoding="utf-8"))
            if ":" not in link
        ]
    unreached = {str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")} - {
        str(path.relative_to(ROOT)) for path in seen
    }
    assert not unreached, f"link these pages from README.md or from a page that it links to: {sorted(unreached)}"


@pytest.mark.parametrize("path", [p for p in PAGES if p.parent.name == "docs"], ids=lambda p: p.name)
def test_files_that_a_page_names_exist(path: Path) -> None:
    """`bench/convert.py`, `compiler/rules/`, `tests/...` in a page's text: below the root or below a package."""
    below = [
        ROOT,
        ROOT / "converter",
        ROOT / "converter/aiccl_converter",
        ROOT / "server/aiccl_server",
        ROOT / "trainer/aiccl_trainer",
    ]
    text = page(f"docs/{path.name}")
    for name in re.findall(
        r"(?<![\w./-])((?:bench|tests|docs|compiler|source|levels|fidelity|language|files|command)/[\w./-]+?\.(?:py|md|toml|svg))\b",
        text,
    ):
        assert any((folder / name).exists() for folder in below), f"{path.name} names {name}, which is not there"
