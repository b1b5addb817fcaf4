"""Folders and changes: the same result for every number of jobs, run and hash seed; what changed, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiccl_converter import AICCLConverter
from aiccl_converter.errors import NotFound, UnknownLevel
from aiccl_converter.views import LEVELS

from .samples import SAMPLES

CONVERTER = Path(__file__).parents[2] / "converter"


def test_a_folder(converter: AICCLConverter, folder: Path) -> None:
    (folder / "broken.py").write_bytes(b"x = '\xff'\n")
    (folder / "notes.txt").write_text("no source\n")
    (folder / "empty.py").write_text("")
    result = converter.convert_directory(folder, jobs=1)
    names = [file.path for file in result.files]
    wanted = {f"web/{name}" if language == "tsx" else name for language, (name, _) in SAMPLES.items()}
    assert set(names) == wanted | {"broken.py"}
    assert names == sorted(names, key=os.fsencode)
    failed = [file for file in result.files if file.error]
    assert [file.path for file in failed] == ["broken.py"]
    assert "not UTF-8" in str(failed[0].error) and failed[0].text == ""
    assert result.skipped["of no known language"] == 1
    assert result.tokens == sum(file.tokens for file in result.files)
    assert result.ratio > 1.2 and result.score > 0.9
    assert all(file.text in result.text for file in result.files)


def test_a_folder_converts_as_its_files_do(converter: AICCLConverter, folder: Path) -> None:
    for file in converter.convert_directory(folder, jobs=1).files:
        assert file.path is not None
        alone = converter.process_file(folder / file.path)
        assert [view.text for view in alone.views] == [view.text for view in file.views]
        assert alone.score == file.score


@pytest.mark.parametrize("level", LEVELS)
def test_jobs_change_nothing(converter: AICCLConverter, folder: Path, level: str) -> None:
    assert converter.convert_directory(folder, level, jobs=1) == converter.convert_directory(folder, level, jobs=2)


def test_folders_that_are_none(converter: AICCLConverter, folder: Path) -> None:
    with pytest.raises(NotFound, match="none"):
        converter.convert_directory(folder / "none")
    with pytest.raises(NotFound):
        converter.convert_directory(folder / "orders.py")
    with pytest.raises(UnknownLevel):
        converter.convert_directory(folder, "tight")


def test_without_rules_no_map(folder: Path) -> None:
    for number in range(6):
        (folder / f"copy{number}.py").write_text(SAMPLES["python"][1])
    bare = AICCLConverter(workspace_rules=False).convert_directory(folder, jobs=1)
    assert bare.map == "" and not any(file.map for file in bare.files)
    assert "<comp:map" not in bare.text


SCRIPT = """
import json, sys
from pathlib import Path
from aiccl_converter import AICCLConverter

if __name__ == "__main__":
    result = AICCLConverter().convert_directory(sys.argv[1], sys.argv[2], jobs=int(sys.argv[3]))
    for file in result.files:
        print(file.path, file.score, file.map, file.error)
        for view in file.views:
            print(json.dumps([view.chunk.hash, view.text, view.made_by, view.left_out, view.rules, view.score]))
    print(result.text)
"""


def test_runs_and_hash_seeds_change_nothing(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "convert.py"
    script.write_text(SCRIPT)
    outputs = set()
    for seed, jobs in (("0", 1), ("1", 2), ("77", 1)):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(CONVERTER)}
        words = [sys.executable, str(script), str(folder), "flow", str(jobs)]
        outputs.add(subprocess.run(words, capture_output=True, check=True, env=environment, timeout=120).stdout)
    assert len(outputs) == 1


def test_what_changed(converter: AICCLConverter, folder: Path) -> None:
    paths = [folder / "orders.py", folder / "orders.go"]
    first = converter.update_index(paths)
    assert [result.path for result in first] == [str(path) for path in paths]
    assert first == [converter.process_file(path) for path in paths]
    # Unchanged: the very same result.
    again = converter.update_index(paths)
    assert all(one is other for one, other in zip(first, again, strict=True))
    paths[0].write_text(SAMPLES["python"][1].replace("unknown order", "no such order"))
    [changed, same] = converter.update_index(paths)
    assert "no such order" in changed.text and same is first[1]


def test_changes_with_their_text(converter: AICCLConverter, folder: Path) -> None:
    path = folder / "unsaved.py"
    text = SAMPLES["python"][1]
    [result] = converter.update_index([(path, text)])
    assert result.text == converter.convert_to_aiccl(text, "python", path=path.name).text
    [same] = converter.update_index([(str(path), text.encode())])
    assert same is result
    [outline] = converter.update_index([(path, text)], "outline")
    assert outline.level == "outline" and outline.text != result.text
    # The same text with other line ends stands elsewhere in the file.
    [moved] = converter.update_index([(path, text.replace("\n", "\r\n"))])
    assert moved.text == result.text
    assert moved.views[0].chunk.end_byte == len(text) + text.count("\n")


def test_removed_and_unreadable(converter: AICCLConverter, folder: Path) -> None:
    path = folder / "orders.py"
    converter.update_index([path])
    path.unlink()
    assert converter.update_index([path, (folder / "orders.go", None)]) == []
    path.write_bytes(b"\0\0")
    good = folder / "orders.rb"
    [bad, fine, what] = converter.update_index([path, good, (folder / "what.xyz", "x")])
    assert "NUL" in str(bad.error) and bad.text == "" and bad.views == []
    assert fine.error is None and fine.path == str(good)
    assert "unknown language" in str(what.error)
    path.write_text("x = compute()\n")
    [mended] = converter.update_index([path])
    assert mended.error is None


def test_the_api_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mypy")
    script = tmp_path / "user.py"
    script.write_text(USER)
    words = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(script)]
    environment = {**os.environ, "MYPYPATH": str(CONVERTER)}
    done = subprocess.run(words, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


USER = """
from pathlib import Path

from aiccl_converter import AICCLConverter, DirectoryResult, FileResult, View


def shown(views: list[View]) -> dict[str, float]:
    return {view.chunk.qualified_name: view.ratio for view in views}


def run(path: Path) -> tuple[str, float, int]:
    converter = AICCLConverter(None, tokenizer="o200k_base")
    one: FileResult = converter.convert_to_aiccl("x = 1", "python")
    two: FileResult = converter.process_file(path, "outline")
    many: DirectoryResult = converter.convert_directory(path, jobs=2)
    changed: list[FileResult] = converter.update_index([path, (path, "x = 2"), ("a.py", None)])
    places: list[tuple[int, int]] = [(view.chunk.start_byte, view.chunk.end_byte) for view in one.views]
    why: str | None = changed[0].error if changed else None
    return many.text + str(why) + str(places) + str(shown(two.views)), one.score, one.tokens
"""
