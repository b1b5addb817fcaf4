"""Each subcommand, as its users call it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from aiccl_converter import tokens
from aiccl_converter.command.main import COMMANDS, parser
from aiccl_converter.version import VERSION

from .conftest import CONVERTER, environment

JAVA_METHOD = b"""
public int total(List<Item> items) {
    int sum = 0;
    for (Item item : items) { sum += item.getPrice(); }
    return sum;
}
"""


def test_version(aiccl) -> None:
    assert aiccl("--version").stdout.decode() == f"aiccl {VERSION}\n"


def test_version_and_help_load_no_grammar() -> None:
    code = (
        "import sys\nfrom aiccl_converter.command.main import run\n"
        "try: run(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print([m for m in ('tree_sitter', 'toktok', 'rich', 'shtab', 'aiccl_converter.source') if m in sys.modules], file=sys.stderr)"
    )
    for argument in ("--version", "--help"):
        done = subprocess.run([sys.executable, "-c", code, argument], capture_output=True, text=True, env=environment())
        assert done.stderr == "[]\n"


def test_one_file_loads_neither_pool_nor_rich(sources: Path) -> None:
    code = (
        "import sys\nfrom aiccl_converter.command.main import run\nrun(['compress', '-q', 'app/auth.py'])\n"
        "print([m for m in ('toktok', 'rich', 'numpy', 'tree_sitter_java') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), cwd=sources)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["compress"],
        ["compress", "x", "--level", "deep"],
        ["compress", "x", "--jobs", "0"],
        ["completion", "cmd"],
    ],
)
def test_usage_errors(aiccl, arguments: list[str]) -> None:
    done = aiccl(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(b"usage: aiccl")


@pytest.mark.parametrize("level", ["flow", "outline", "exact"])
def test_compress(aiccl, sources: Path, level: str) -> None:
    done = aiccl("compress", "app/auth.py", "--level", level, cwd=sources)
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode()
    assert text.startswith("<comp:") and text.endswith("</comp:code>\n")
    assert f'lang="python" path="app/auth.py" level="{level}"' in text
    assert ("unknown user" in text) == (level != "outline")


def test_compress_json_says_all_that_text_says(aiccl, sources: Path) -> None:
    text = aiccl("compress", ".", cwd=sources).stdout.decode()
    document = json.loads(aiccl("compress", ".", "--format", "json", cwd=sources).stdout)
    assert "".join(file["text"] for file in document["files"]) == text
    assert document["skipped"]["empty"] == 1 and document["problems"] == []
    assert document["tokens"] == sum(file["tokens"] for file in document["files"])
    for file in document["files"]:
        data = (sources / file["path"]).read_bytes()
        assert file["tokens"] == tokens.count(file["text"]) and file["source_tokens"] == tokens.count(data.decode())
        for view in file["views"]:
            assert view["tokens"] == tokens.count(view["text"])
            assert view["source_tokens"] == tokens.count(data[view["start_byte"] : view["end_byte"]].decode())
            assert view["made_by"] in ("compiler", "source", "outline", "model") and 0 <= view["score"] <= 1


def test_compress_markdown(aiccl, sources: Path) -> None:
    (sources / "fence.py").write_text('TEXT = """\n```\nx\n```\n"""\n\ndef f():\n    return TEXT\n')
    text = aiccl("compress", "fence.py", "web", "--format", "markdown", cwd=sources).stdout.decode()
    assert "# `fence.py`" in text and "# `web/sum.js`" in text
    assert "| tokens (o200k_base) |" in text
    assert text.count("```aiccl\n") == 2


def test_standard_input_needs_a_language_and_may_be_a_fragment(aiccl) -> None:
    done = aiccl("compress", "-", "--language", "java", input=JAVA_METHOD)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b'<comp:code lang="java" level="flow">\n') and b"total(items" in done.stdout
    assert done.stderr.startswith(b"<stdin>: ")
    unknown = aiccl("compress", "-", input=JAVA_METHOD)
    assert unknown.returncode == 1 and b"<stdin>: unknown language" in unknown.stderr
    script = aiccl("compress", "-", input=b"#!/usr/bin/env python3\nprint('hello')\n")
    assert script.returncode == 0, script.stderr


def test_language_names_have_aliases(aiccl, tmp_path: Path) -> None:
    (tmp_path / "noending").write_text("const f = (a) => a + 1;\n")
    for name in ("javascript", "js", "JS"):
        done = aiccl("compress", "noending", "--language", name)
        assert done.returncode == 0 and b'lang="javascript"' in done.stdout


def test_base_map(aiccl, sources: Path) -> None:
    done = aiccl("compress", "app/auth.py", "--base-map", cwd=sources)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"<comp:map:1>") and b"new Name(x)" not in done.stdout
    done = aiccl("compress", "web/sum.js", "--base-map", cwd=sources)
    assert b"new Name(x) of a class" in done.stdout  # what goes without saying in JavaScript


def test_exact_there_and_back(aiccl, sources: Path) -> None:
    from aiccl_converter.levels.exact import same_tokens

    for name, language in (("app/auth.py", "python"), ("web/sum.js", "javascript")):
        source = (sources / name).read_text()
        view = aiccl("compress", name, "--level", "exact", cwd=sources).stdout
        done = aiccl("expand", "-", input=view)
        assert done.returncode == 0, done.stderr
        assert same_tokens(done.stdout.decode(), source, language)


def test_expand_prints_a_prompt(aiccl, sources: Path) -> None:
    (sources / "view.aiccl").write_bytes(aiccl("compress", "app/auth.py", cwd=sources).stdout)
    done = aiccl("expand", "view.aiccl", cwd=sources)
    assert done.returncode == 0, done.stderr
    prompt = done.stdout.decode()
    assert "unknown user" in prompt and "<comp:map:1>" in prompt and "python" in prompt.lower()
    go = aiccl("expand", "view.aiccl", "--language", "go", "--output", "prompt.txt", cwd=sources)
    assert go.stdout == b"" and re.search(r"\bGo\b|\bgo\b", (sources / "prompt.txt").read_text())


def test_expand_without_a_language(aiccl) -> None:
    done = aiccl("expand", "-", input=b"f(x)\n^x\n")
    assert done.returncode == 1
    assert done.stderr == b"aiccl: the view names no language; name it with --language\n"


def test_expand_with_claude_needs_a_key(aiccl, sources: Path) -> None:
    view = aiccl("compress", "app/auth.py", cwd=sources).stdout
    done = aiccl("expand", "-", "--with", "claude", input=view)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"aiccl: ") and done.stderr.count(b"\n") == 1


def test_check_passes_and_fails(aiccl, sources: Path) -> None:
    view = aiccl("compress", "app/util/text.py", cwd=sources).stdout
    good = aiccl("check", "app/util/text.py", "-", input=view, cwd=sources)
    assert good.returncode == 0, good.stdout + good.stderr
    assert good.stdout.startswith(b"pass: fidelity ")
    wrong = view.replace(b"upper", b"lower")
    bad = aiccl("check", "app/util/text.py", "-", "--format", "json", input=wrong, cwd=sources)
    assert bad.returncode == 3, bad.stdout
    report = json.loads(bad.stdout)
    assert not report["passed"] and "lower" in json.dumps(report)


def test_check_of_an_exact_view(aiccl, sources: Path) -> None:
    view = aiccl("compress", "web/sum.js", "--level", "exact", cwd=sources).stdout
    assert aiccl("check", "web/sum.js", "-", input=view, cwd=sources).returncode == 0
    bad = aiccl("check", "web/sum.js", "-", input=view.replace(b"+=", b"-="), cwd=sources)
    assert bad.returncode == 3 and b"other tokens" in bad.stdout


def test_stats_adds_up(aiccl, sources: Path) -> None:
    root = json.loads(aiccl("stats", ".", "--format", "json", cwd=sources).stdout)

    def check(node: dict) -> None:
        if node["kind"] == "folder":
            for level in ("source", "exact", "flow", "outline"):
                assert node["tokens"][level] == sum(child["tokens"][level] for child in node["children"])
        for child in node.get("children", []):
            check(child)

    check(root)
    [app] = [child for child in root["children"] if child["name"] == "app"]
    [auth] = [child for child in app["children"] if child["name"] == "auth.py"]
    assert auth["tokens"]["source"] == tokens.count((sources / "app/auth.py").read_text())
    users = {child["name"]: child for child in auth["children"]}["Users"]
    assert [child["name"] for child in users["children"]] == ["__init__", "login"]


def test_stats_table(aiccl, sources: Path) -> None:
    text = aiccl("stats", ".", "--chunks", cwd=sources).stdout.decode()
    assert text.splitlines()[0].split() == ["tokens,", "o200k_base", "SOURCE", "EXACT", "FLOW", "OUTLINE"]
    assert re.search(r"^app/ ", text, re.M) and re.search(r"^ +login ", text, re.M)
    assert text.splitlines()[-1].startswith("total")
    short = aiccl("stats", ".", "--depth", "1", "--format", "markdown", cwd=sources).stdout.decode()
    assert "`app/`" in short and "auth.py" not in short


def test_treemap_is_one_page_that_needs_no_network(aiccl, sources: Path) -> None:
    (sources / "odd").mkdir()
    odd = "</script><img src=x>&.py" if sys.platform == "linux" else "odd.py"
    try:
        (sources / "odd" / odd).write_text("x = 1\n")
    except OSError:
        pass  # a name with / in it
    (sources / "odd" / "a & b.py").write_text("def f():\n    return 1\n")
    done = aiccl("stats", ".", "--html", "map.html", cwd=sources)
    assert done.returncode == 0, done.stderr
    page = (sources / "map.html").read_text()
    assert not re.search(r"""(src|href)\s*=|https?://|@import|url\(""", page)
    [data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    packed = json.loads(data)
    assert packed["tokenizer"] == "o200k_base"
    assert "Users" in data and "a \\u0026 b.py" in data
    alone = aiccl("stats", ".", "--html", "-", "-q", cwd=sources)
    assert alone.stdout.decode() == page


@pytest.mark.skipif(shutil.which("node") is None, reason="node is the judge of scripts")
def test_the_script_of_the_treemap_is_valid(aiccl, sources: Path) -> None:
    page = aiccl("stats", ".", "--html", "-", "-q", cwd=sources).stdout.decode()
    script = page.rsplit("<script>", 1)[1].split("</script>")[0]
    (sources / "page.js").write_text(script)
    subprocess.run(["node", "--check", "page.js"], cwd=sources, check=True)


def test_languages(aiccl) -> None:
    text = aiccl("languages").stdout.decode()
    names = [line.split()[0] for line in text.splitlines()[1:]]
    assert names == [entry["name"] for entry in json.loads(aiccl("languages", "--format", "json").stdout)]
    assert {"python", "typescript", "tsx", "kotlin", "csharp"} <= set(names)


@pytest.mark.parametrize(
    "chunk", ["app/auth.py:Users.login", "app/auth.py:login", "app/auth.py:25", "app/auth.py:Users::login"]
)
def test_explain(aiccl, sources: Path, chunk: str) -> None:
    done = aiccl("explain", chunk, cwd=sources)
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode()
    assert "method Users.login (app/auth.py:19-31)" in text
    for row in ("tokens:", "made by:", "fidelity:", "rules:", "left out:", "invented:"):
        assert row in text
    record = json.loads(aiccl("explain", chunk, "--format", "json", cwd=sources).stdout)
    assert record["name"] == "Users.login" and record["text"] in text


@pytest.mark.parametrize(
    "chunk, says",
    [
        ("app/auth.py:Users.logn", "app/auth.py:Users.logn: no such chunk; there is Users.login"),
        ("app/auth.py:999", "no chunk at this line"),
        ("app/auth.py", "names no chunk; write FILE:NAME or FILE:LINE"),
        ("nothere.py:f", "nothere.py: no such file"),
    ],
)
def test_explain_what_is_not_there(aiccl, sources: Path, chunk: str, says: str) -> None:
    done = aiccl("explain", chunk, cwd=sources)
    assert (done.returncode, done.stdout) == (1, b"")
    assert says in done.stderr.decode()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
def test_completion(aiccl, tmp_path: Path, shell: str) -> None:
    done = aiccl("completion", shell)
    assert done.returncode == 0, done.stderr
    script = done.stdout.decode()
    assert all(name in script for name in COMMANDS) and "cl100k_base" in script
    if shutil.which(shell):
        (tmp_path / "script").write_text(script)
        subprocess.run([shell, "-n", "script"], cwd=tmp_path, check=True)


def documented() -> str:
    return (CONVERTER.parent / "docs" / "command.md").read_text(encoding="utf-8")


def test_every_command_and_option_is_documented() -> None:
    text = documented()
    sections = dict(re.findall(r"^## aiccl (\w+)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    assert set(sections) == set(COMMANDS)
    shared = text.split("## Options that several commands share")[1].split("\n## ")[0]
    subparsers = next(action for action in parser()._actions if action.dest == "command")
    for name, sub in subparsers.choices.items():
        for action in sub._actions:
            for option in action.option_strings:
                if option.startswith("--") and option != "--help":
                    assert f"`{option}" in sections[name] + shared, (name, option)


def test_every_exit_code_is_documented() -> None:
    from aiccl_converter.command import exits

    codes = {value for name, value in vars(exits).items() if name.isupper()}
    table = documented().split("## Exit codes")[1]
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.M)} == codes
