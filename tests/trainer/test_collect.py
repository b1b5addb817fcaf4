"""`collect`: from folders, checkouts, packages and corpora to functions, with nothing taken on trust."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiccl_trainer import store
from aiccl_trainer.collecting import fetch
from aiccl_trainer.collecting.functions import File, is_own_source, of_file
from aiccl_trainer.collecting.licences import licence_of, permissive
from aiccl_trainer.collecting.manifest import load
from aiccl_trainer.collecting.splits import split_of
from aiccl_trainer.collecting.unpack import unpack
from aiccl_trainer.errors import BadManifest, CannotFetch
from aiccl_trainer.samples import Sample, read_samples

from .snippets import CLOSE, NAMES, PRICE, RESERVE, ROWS, TOTALS, row

Train = Callable[..., tuple[int, str, str]]
MODULE = f'"""Orders."""\n\nimport shop\n\n\nclass Shop:\n    # Reserves.\n{"".join("    " + line if line.strip() else line for line in RESERVE.splitlines(True))}\n\n{TOTALS}'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder of sources with its licence."""
    root = tmp_path / "shop"
    for name, text in {
        "LICENSE": "Permission is hereby granted, free of charge, to any person obtaining a copy",
        "shop/orders.py": MODULE,
        "shop/client.go": "package shop\n\n// Names fetches one page.\n" + NAMES + "\n",
        "shop/tests/test_orders.py": TOTALS,
        "shop/broken.py": "def f(:\n  x = (((\n",
        "shop/data_pb2.py": TOTALS,
        "ui/dialog.js": "/** Closes. */\n" + CLOSE + "\n",
        "ui/empty.js": "",
        "notes.txt": "none",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def collect(train: Train, out: Path, *words: object) -> tuple[int, str, str]:
    return train("collect", "--output-dir", out, "--jobs", 1, "--quiet", *words)


def test_the_functions_of_a_folder(train: Train, project: Path, tmp_path: Path) -> None:
    assert collect(train, tmp_path / "o", "--folder", project)[0] == 0
    found = {s.path: s for s in read_samples([tmp_path / "o"])}
    assert sorted((s.path, s.language) for s in read_samples([tmp_path / "o"])) == [
        ("shop/client.go", "go"),
        ("shop/orders.py", "python"),
        ("shop/orders.py", "python"),
        ("ui/dialog.js", "javascript"),
    ]
    assert found["shop/client.go"].code == NAMES and found["shop/client.go"].doc == "// Names fetches one page."
    assert found["ui/dialog.js"].doc == "/** Closes. */" and found["ui/dialog.js"].licence == "MIT"
    codes = {s.code for s in read_samples([tmp_path / "o"])}
    assert RESERVE.rstrip() in codes and TOTALS.rstrip() in codes
    for sample in found.values():
        lines = (project / sample.path).read_text().splitlines()
        assert lines[sample.line - 1].strip() == sample.code.splitlines()[0]
        assert sample.project == "shop" and sample.kind and sample.complexity and sample.split
    lock = json.loads((tmp_path / "o" / "manifest.lock.json").read_text())
    (told,) = lock.values()
    assert told["functions"] == 4 and told["licence"] == "MIT" and len(told["sha256"]) == 64


def test_a_second_run_makes_only_what_changed(train: Train, project: Path, tmp_path: Path) -> None:
    words = ("--folder", project, "--corpus", tmp_path / "c.jsonl=test")
    store.write_lines(tmp_path / "c.jsonl", [row("java", PRICE)])
    assert collect(train, tmp_path / "o", *words)[0] == 0
    times = {p: p.stat().st_mtime_ns for p in (tmp_path / "o" / "parts").glob("*.jsonl")}
    first = (tmp_path / "o" / "functions.jsonl").read_bytes()
    assert collect(train, tmp_path / "o", *words)[0] == 0
    assert (tmp_path / "o" / "functions.jsonl").read_bytes() == first
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "o" / "parts").glob("*.jsonl")} == times
    (project / "shop" / "more.py").write_text(TOTALS.replace("totals", "amounts").replace("customer", "place"))
    assert collect(train, tmp_path / "o", *words)[0] == 0
    assert len(list(read_samples([tmp_path / "o"]))) == 6
    assert sum(p.stat().st_mtime_ns != t for p, t in times.items()) == 1


def test_copies_go_and_what_is_held_out_stays(train: Train, tmp_path: Path) -> None:
    near = TOTALS.replace("sums = {}", "sums = dict()")
    store.write_lines(
        tmp_path / "train.jsonl", [row("python", TOTALS.replace("    ", "\t"), package="a"), row("python", RESERVE)]
    )
    store.write_lines(tmp_path / "test.jsonl", [row("python", TOTALS, package="b"), row("go", NAMES)])
    store.write_lines(tmp_path / "near.jsonl", [row("python", near, package="c")])
    words = ("--corpus", tmp_path / "train.jsonl=train", "--corpus", tmp_path / "near.jsonl=train")
    assert collect(train, tmp_path / "o", *words, "--corpus", tmp_path / "test.jsonl=test", "--near", 0.6)[0] == 0
    found = {s.code: s.split for s in read_samples([tmp_path / "o"])}
    assert found == {RESERVE: "train", TOTALS: "test", NAMES: "test"}
    report = json.loads((tmp_path / "o" / "report.json").read_text())
    assert report["dropped"]["copies"] == 1 and report["dropped"]["near copies"] == 1
    assert collect(train, tmp_path / "p", *words, "--near", 1)[0] == 0
    assert len(list(read_samples([tmp_path / "p"]))) == 3


def varied(number: int, package: str) -> list[dict[str, Any]]:
    """Functions that have little in common."""
    return [
        row("python", f"def f{n}{package}(a):\n" + "".join(f"    b{i * n} = a.m{n * 7 + i}(c{n}{i}, {package}{i})\n" for i in range(8)), package=package)
        for n in range(number)
    ]  # fmt: skip


def test_no_project_fills_a_language(train: Train, tmp_path: Path) -> None:
    store.write_lines(tmp_path / "c.jsonl", [*varied(80, "big"), *varied(10, "small"), *varied(10, "tiny")])
    words = ("--corpus", f"{tmp_path / 'c.jsonl'}=train", "--per-language", 30, "--max-share", 0.5)
    assert collect(train, tmp_path / "o", *words)[0] == 0
    projects = Counter(s.project for s in read_samples([tmp_path / "o"]))
    assert sum(projects.values()) == 30 and projects["big"] <= 15 and set(projects) == {"big", "small", "tiny"}


def test_projects_are_split_by_name_alone() -> None:
    splits = Counter(split_of(f"project-{n}") for n in range(2000))
    assert 150 < splits["test"] < 250 and 60 < splits["valid"] < 140
    assert split_of("django") == split_of("django") and {split_of("x", seed) for seed in range(50)} > {"train"}


# --- manifests


def test_a_manifest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(
        '[[pypi]]\nname = "django"\nversion = "5.2"\nkeep = ["django/**"]\nsplit = "test"\n'
        '[[npm]]\nname = "@scope/x"\nversion = "1.0.0"\nlicence = "MIT"\n[[debian]]\nname = "redis"\nsource = true\n'
        '[[git]]\nurl = "https://example.org/a/shop.git"\ncommit = "0123abc"\n[[folder]]\npath = "src"\n'
        '[[corpus]]\npath = "c.jsonl"\n'
    )
    found = load(path).entries
    assert [e.project for e in found] == ["django", "@scope/x", "redis", "shop", "src", ""]
    assert found[4].place == str(tmp_path / "src") and found[0].keep == ("django/**",)
    assert len({e.key for e in found}) == 6 and all("/" not in e.key for e in found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "names nothing"),
        ("x = ", "no TOML"),
        ('[[cran]]\nname = "x"\n', "cran"),
        ('[pypi]\nname = "x"\n', "two brackets"),
        ('[[pypi]]\nname = "x"\n', "version"),
        ('[[npm]]\nname = "x"\n', "version"),
        ('[[pypi]]\nversion = "1"\n', "name"),
        ('[[pypi]]\nname = "--index-url=http://x"\nversion = "1"\n', "odd"),
        ('[[pypi]]\nname = "x"\nversion = "-1"\n', "odd"),
        ('[[pypi]]\nname = "x"\nversion = "1; ls"\n', "odd"),
        ('[[pypi]]\nname = "x"\nversion = 1\n', "a text"),
        ('[[pypi]]\nname = "x"\nversion = "1"\nkeep = "a"\n', "list"),
        ('[[pypi]]\nname = "x"\nversion = "1"\nsplit = "some"\n', "train"),
        ('[[pypi]]\nname = "x"\nversion = "1"\nfoo = "a"\n', "foo"),
        ('[[git]]\nurl = "ext::sh -c ls"\ncommit = "0123abc"\n', "odd"),
        ('[[git]]\nurl = "https://x.example/y"\ncommit = "main"\n', "commit"),
        ('[[folder]]\npath = "a"\n[[folder]]\npath = "a"\n', "twice"),
    ],
)
def test_a_manifest_that_makes_no_sense(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "m.toml").write_text(text)
    with pytest.raises(BadManifest, match=told):
        load(tmp_path / "m.toml")


def test_nothing_to_collect(train: Train, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for words, told in (
        ((), "--manifest"),
        (("--manifest", tmp_path / "none.toml"), "no such file"),
        (("--folder", tmp_path / "none"), "no such folder"),
        (("--folder", tmp_path / "empty"), "licence"),
        (("--folder", tmp_path / "empty", "--licence", "MIT"), "no function"),
        (("--corpus", tmp_path / "none.jsonl"), "no such file"),
    ):
        code, _, err = collect(train, tmp_path / "o", *words)
        assert code == 1 and told in err


# --- packages: the registries' clients, played


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts programs into the path that stand for npm, apt-get and git."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def put(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return put


def archive(path: Path, members: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, text in members.items():
            item = tarfile.TarInfo(name)
            item.size = len(text.encode())
            tar.addfile(item, io.BytesIO(text.encode()))
    return path


def test_a_package_is_fetched_once(train: Train, clients: Callable[[str, str], None], tmp_path: Path) -> None:
    members = {"package/package.json": '{"license": "ISC"}', "package/lib/a.js": CLOSE, "package/dist/a.js": CLOSE}
    made = archive(tmp_path / "x.tgz", members)
    clients("npm", f'echo "$@" >> {tmp_path}/calls; cp {made} ./x-1.0.0.tgz')
    manifest = tmp_path / "m.toml"
    manifest.write_text('[[npm]]\nname = "x"\nversion = "1.0.0"\nkeep = ["lib/**"]\nsplit = "train"\n')
    for _ in range(2):
        assert collect(train, tmp_path / "o", "--manifest", manifest)[0] == 0
    assert (tmp_path / "calls").read_text() == "pack --silent --ignore-scripts x@1.0.0\n"
    (sample,) = read_samples([tmp_path / "o"])
    assert (sample.path, sample.licence, sample.split) == ("lib/a.js", "ISC", "train")
    (told,) = json.loads((tmp_path / "o/manifest.lock.json").read_text()).values()
    assert told["sha256"] == hashlib.sha256(made.read_bytes()).hexdigest() and told["version"] == "1.0.0"
    manifest.write_text(manifest.read_text() + f'sha256 = "{"0" * 64}"\n')
    code, _, err = collect(train, tmp_path / "o", "--manifest", manifest)
    assert code == 1 and "sha256" in err


def test_a_package_that_fails_costs_only_itself(
    train: Train, clients: Callable[[str, str], None], project: Path, tmp_path: Path
) -> None:
    clients("npm", 'echo "npm error code E404" >&2; exit 1')
    manifest = tmp_path / "m.toml"
    manifest.write_text(f'[[npm]]\nname = "gone"\nversion = "1"\n[[folder]]\npath = "{project}"\n')
    code, _, err = train("collect", "--output-dir", tmp_path / "o", "--jobs", 1, "--manifest", manifest)
    assert code == 1 and "gone" in err and "E404" in err
    assert len(list(read_samples([tmp_path / "o"]))) == 4


@pytest.mark.parametrize(("licence", "code"), [("GPL-3.0", 1), ("", 1), ("MIT OR Apache-2.0", 0)])
def test_code_is_only_learned_from_where_it_may_be(
    train: Train, clients: Callable[[str, str], None], tmp_path: Path, licence: str, code: int
) -> None:
    made = archive(tmp_path / "x.tgz", {"p/package.json": json.dumps({"license": licence}), "p/lib/a.js": CLOSE})
    clients("npm", f"cp {made} ./x-1.0.0.tgz")
    (tmp_path / "m.toml").write_text('[[npm]]\nname = "x"\nversion = "1.0.0"\n')
    assert collect(train, tmp_path / "o", "--manifest", tmp_path / "m.toml")[0] == code
    assert collect(train, tmp_path / "p", "--manifest", tmp_path / "m.toml", "--any-licence")[0] == 0


def test_code_that_was_cut_up_under_any_licence_is_not_learned_from_later(
    train: Train, clients: Callable[[str, str], None], tmp_path: Path
) -> None:
    made = archive(tmp_path / "x.tgz", {"p/package.json": '{"license": "GPL-3.0"}', "p/lib/a.js": CLOSE})
    clients("npm", f"cp {made} ./x-1.0.0.tgz")
    words = ("--manifest", _manifest(tmp_path, '[[npm]]\nname = "x"\nversion = "1.0.0"\n'))
    assert collect(train, tmp_path / "o", *words, "--any-licence")[0] == 0
    code, _, err = collect(train, tmp_path / "o", *words)
    assert code == 1 and "GPL-3.0" in err and "--any-licence" in err


def test_a_corpus_is_learned_from_row_by_row(train: Train, tmp_path: Path) -> None:
    rows = [
        row("python", TOTALS, package="a"),
        {**row("python", RESERVE, package="b"), "licence": "Apache-2.0 (generator)"},
        {**row("go", NAMES, package="c"), "licence": "GPL-3.0"},
        {**row("java", PRICE, package="d"), "licence": ""},
    ]
    store.write_lines(tmp_path / "c.jsonl", rows)
    words = ("--corpus", f"{tmp_path / 'c.jsonl'}=train")
    code, _, err = train("collect", "--output-dir", tmp_path / "o", "--jobs", 1, *words)
    assert code == 0 and "2 functions of a corpus" in err and "GPL-3.0, none" in err
    assert {s.code for s in read_samples([tmp_path / "o"])} == {TOTALS, RESERVE}
    report = json.loads((tmp_path / "o" / "report.json").read_text())
    assert report["found"] == 4 == report["kept"] + sum(report["dropped"].values())
    assert report["dropped"]["other licences"] == 2
    assert collect(train, tmp_path / "o", *words, "--any-licence")[0] == 0
    assert len(list(read_samples([tmp_path / "o"]))) == 4
    assert collect(train, tmp_path / "o", *words)[0] == 0 and len(list(read_samples([tmp_path / "o"]))) == 2
    store.write_lines(tmp_path / "c.jsonl", rows[2:])
    code, _, err = collect(train, tmp_path / "p", *words)
    assert code == 1 and "GPL-3.0" in err and err.count("\n") == 1
    given = _manifest(tmp_path, '[[corpus]]\npath = "c.jsonl"\nlicence = "MIT"\n')
    assert collect(train, tmp_path / "p", "--manifest", given)[0] == 0


def test_a_damaged_lock_is_made_again(train: Train, project: Path, tmp_path: Path) -> None:
    assert collect(train, tmp_path / "o", "--folder", project)[0] == 0
    lock = tmp_path / "o" / "manifest.lock.json"
    (key,) = whole = json.loads(lock.read_text())
    for text in ("nonsense", "[]", json.dumps({key: 1}), json.dumps({key: {"licence": "MIT"}})):
        lock.write_text(text)
        assert collect(train, tmp_path / "o", "--folder", project)[0] == 0
        assert json.loads(lock.read_text()) == whole


def test_a_debian_source_package(clients: Callable[[str, str], None], tmp_path: Path) -> None:
    made = archive(tmp_path / "x.tar.gz", {"x-1.2/src/a.c": "int f(void)\n{\n  g();\n  return 1;\n}\n"})
    told = "Format: x\n\nFiles: debian/*\nLicense: GPL-2\n\nFiles: *\nCopyright: x\nLicense: BSD-3-clause\n text\n"
    debian = archive(tmp_path / "d.tar.gz", {"debian/copyright": told})
    clients("apt-get", f"cp {made} x_1.2.orig.tar.gz; cp {debian} x_1.2-3.debian.tar.gz; touch x_1.2-3.dsc; exit 100")
    (entry,) = load(_manifest(tmp_path, '[[debian]]\nname = "x"\nsource = true\n')).entries
    found = fetch.fetch(entry, tmp_path / "cache")
    assert found.version == "1.2-3" and (found.folder / "src/a.c").exists() and found.licence == "BSD-3-clause"


def _manifest(folder: Path, text: str) -> Path:
    (folder / "m.toml").write_text(text)
    return folder / "m.toml"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_a_checkout_is_that_commit_and_runs_nothing(project: Path, tmp_path: Path) -> None:
    def git(*words: str) -> str:
        named = ("-c", "user.name=n", "-c", "user.email=e@example.org")
        return subprocess.run(["git", *named, *words], cwd=project, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    commit = git("rev-parse", "HEAD").strip()
    (project / "shop/orders.py").write_text("x = 1\n")
    git("commit", "-qam", "two")
    (entry,) = load(_manifest(tmp_path, f'[[git]]\nurl = "{project}"\ncommit = "{commit}"\n')).entries
    found = fetch.fetch(entry, tmp_path / "cache")
    assert (found.folder / "shop/orders.py").read_text() == MODULE
    assert (found.sha256, found.licence) == (commit, "MIT")
    (entry,) = load(_manifest(tmp_path, f'[[git]]\nurl = "{project}"\ncommit = "{"0" * 40}"\n')).entries
    with pytest.raises(CannotFetch, match="git failed"):
        fetch.fetch(entry, tmp_path / "cache")
    assert sorted(p.name for p in (tmp_path / "cache").iterdir()) == [
        p.name for p in (tmp_path / "cache").iterdir() if p.name[0] != "."
    ]


def test_a_client_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (entry,) = load(_manifest(tmp_path, '[[npm]]\nname = "x"\nversion = "1"\n')).entries
    with pytest.raises(CannotFetch, match="npm is not installed"):
        fetch.fetch(entry, tmp_path / "cache")


# --- archives


def test_no_archive_leads_out_of_its_folder(tmp_path: Path) -> None:
    made = tmp_path / "x.tgz"
    with tarfile.open(made, "w:gz") as tar:
        for name in ("../out.py", "/abs.py", "a/../../out.py", "ok.py", "dir/ok.py"):
            item = tarfile.TarInfo(name)
            item.size = 1
            tar.addfile(item, io.BytesIO(b"1"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(link)
        through = tarfile.TarInfo("link/through.py")
        through.size = 1
        tar.addfile(through, io.BytesIO(b"1"))
        large = tarfile.TarInfo("large.py")
        large.size = 5_000_000
        tar.addfile(large, io.BytesIO(b"1" * 5_000_000))
    (tmp_path / "in").mkdir()
    unpack(made, tmp_path / "in")
    assert sorted(str(p.relative_to(tmp_path / "in")) for p in (tmp_path / "in").rglob("*.py")) == [
        "dir/ok.py",
        "link/through.py",
        "ok.py",
    ]
    assert not (tmp_path / "out.py").exists() and not (tmp_path / "in" / "link").is_symlink()


def test_wheels_and_archives_that_are_none(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as file:
        file.writestr("x/a.py", "1")
        file.writestr("../b.py", "1")
    (tmp_path / "in").mkdir()
    unpack(tmp_path / "x.whl", tmp_path / "in")
    assert [p.name for p in (tmp_path / "in").rglob("*.py")] == ["a.py"] and not (tmp_path / "b.py").exists()
    for name in ("x.tar.gz", "y.whl", "z.deb"):
        (tmp_path / name).write_bytes(b"nonsense")
        with pytest.raises(CannotFetch):
            unpack(tmp_path / name, tmp_path / "in")


# --- licences, paths, odd files


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("MIT", True), ("Expat", True), ("Apache 2.0", True), ("Apache License, Version 2.0", True), ("BSD", True),
        ("BSD-3-clause", True), ("BSD License", True), ("The MIT License", True), ("MIT OR GPL-3.0", True), ("(MIT AND BSD-2-Clause)", True),
        ("New BSD License", True), ("Apache Software License", True), ("Apache-2.0 WITH LLVM-exception", True), ("BSL-1.0", True),
        ("GPL-3.0", False), ("LGPL-2.1+", False), ("MIT AND GPL-2.0", False), ("AGPL", False), ("SEE LICENSE IN x", False), ("", False),
        ("Apache-2.0 (generator)", True), ("GPL-3.0 (generator)", False), ("MIT (no commercial use)", False),
        ("UNLICENSED", False), ("Proprietary", False), ("BUSL-1.1", False), ("CC-BY-NC-4.0", False),
    ],
)  # fmt: skip
def test_permissive_licences(name: str, may: bool) -> None:
    assert permissive(name) is may


def test_what_a_package_says_of_its_licence(tmp_path: Path) -> None:
    for number, (name, text, licence) in enumerate(
        [
            ("x.dist-info/METADATA", "Metadata-Version: 2.4\nLicense-Expression: MIT\n\nLicense: x", "MIT"),
            ("x.dist-info/METADATA", "License: UNKNOWN\nClassifier: License :: OSI Approved :: BSD License\n", "BSD"),
            ("package.json", '{"license": {"type": "ISC"}}', "ISC"),
            ("package.json", "nonsense", ""),
            ("composer.json", '{"license": ["MIT", "GPL-2.0"]}', "MIT or GPL-2.0"),
            ("Cargo.toml", '[package]\nlicense = "MIT/Apache-2.0"\n', "MIT or Apache-2.0"),
            ("usr/share/doc/x/copyright", "Files: *\nCopyright: y\nLicense: Apache-2.0\n", "Apache-2.0"),
            ("LICENSE.txt", "Apache License\n   Version 2.0, January 2004", "Apache-2.0"),
            ("COPYING", "GNU GENERAL PUBLIC LICENSE\nVersion 3", "GPL"),
            ("README", "MIT", ""),
        ]
    ):
        path = tmp_path / str(number) / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
        assert licence_of(tmp_path / str(number)) == licence


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("src/app/orders.py", True), ("lib/latest/contest.rb", True), ("app/testimony.js", True), ("src/main/java/a/Order.java", True),
        ("tests/orders.py", False), ("src/test/java/a/Order.java", False), ("a/orders_test.go", False), ("a/test_x.py", False),
        ("a/b.spec.ts", False), ("a/OrderTests.cs", False), ("node_modules/a/b.js", False), ("a/b.d.ts", False), ("a/b.min.js", False),
        ("spec/order_spec.rb", False), ("vendor/x/y.php", False), ("a/dist/b.js", False),
    ],
)  # fmt: skip
def test_paths_of_code_that_somebody_wrote_to_be_used(path: str, own: bool) -> None:
    assert is_own_source(path) is own


@pytest.mark.parametrize("data", [b"", b"\x00\xff" * 500, b"\xff\xfe", b"def f(:\n" * 900, b"(" * 90_000, b"# x\n" * 5])
def test_odd_files_give_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.py").write_bytes(data)
    assert of_file(File(str(tmp_path / "x.py"), "x.py", "p", "MIT")) == []
    assert of_file(File(str(tmp_path / "none.py"), "none.py", "p", "MIT")) == []


def test_decorators_are_code_and_comments_are_not(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(
        "# One.\n# Two.\n@cached\n@other(1)\ndef f(a):\n    # inside\n    b = a + 1\n    return b\n"
    )
    (sample,) = of_file(File(str(tmp_path / "x.py"), "x.py", "p", "MIT"))
    assert (
        sample.doc == "# One.\n# Two."
        and sample.code.startswith("@cached\n@other(1)\ndef f")
        and "# inside" in sample.code
    )
    (tmp_path / "x.rs").write_text(
        "impl A {\n    /// One.\n    #[inline]\n    pub fn f(&self) -> i32 {\n        let x = 1;\n        x + 2\n    }\n}\n"
    )
    (sample,) = of_file(File(str(tmp_path / "x.rs"), "x.rs", "p", "MIT"))
    assert (
        sample.doc == "/// One."
        and sample.code.startswith("#[inline]\npub fn f(&self)")
        and sample.code.endswith("\n}")
    )


def test_a_corpus_keeps_what_it_says(train: Train, tmp_path: Path) -> None:
    store.write_lines(tmp_path / "c.jsonl.gz", ROWS)
    assert collect(train, tmp_path / "o", "--corpus", f"{tmp_path / 'c.jsonl.gz'}=train")[0] == 0
    found = {s.code: s for s in read_samples([tmp_path / "o"])}
    assert len(found) == len(ROWS)
    for given in ROWS:
        sample: Sample = found[given["code"]]
        assert (sample.project, sample.licence, sample.doc, sample.split) == (
            given["package"],
            "MIT",
            given["doc"],
            "train",
        )
        assert sample.complexity


@pytest.mark.parametrize("name", ["package.json", "Cargo.toml", "LICENSE", "debian/copyright", "x.dist-info/METADATA"])
def test_files_that_are_made_to_break_a_reader(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    for text in ("[" * 100_000, '{"license":' * 50_000, "License: x\n" * 50_000, "\0" * 9, "x" * 200_000):
        (tmp_path / name).write_text(text)
        assert len(licence_of(tmp_path)) < 100
