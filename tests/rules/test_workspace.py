"""Workspace rules: what many files share stands once in the layer `project`, and putting it back gives the documents."""

from __future__ import annotations

from pathlib import Path

from aiccl_converter import AICCLConverter
from aiccl_converter.compiler.workspacerules import share
from aiccl_converter.tokens import count

HANDLER = """
class {name}View(View):
    def dispatch(self, request):
        if not request.user.has_permission("{low}.read"):
            raise PermissionDenied("not allowed to read this list")
        self.audit.record(request.user, request.path, at=self.clock.now())
        self.audit.flush(limit=50, timeout=self.settings.audit_timeout_seconds)
        return self.render(self.load_{low}(request), status=200, cache=self.settings.cache_policy)
"""


def folder(where: Path) -> Path:
    for name in ("Order", "Invoice", "Customer", "Ticket", "Parcel"):
        (where / f"{name.lower()}.py").write_text(HANDLER.format(name=name, low=name.lower()))
    return where


def test_shared_lines_stand_once_and_come_back(tmp_path: Path) -> None:
    plain = AICCLConverter(workspace_rules=True)
    alone = [plain.process_file(path) for path in sorted(folder(tmp_path).iterdir())]
    layer, shared = share(alone, count)
    assert layer.startswith("<comp:map:project>\n")
    entries = dict(line.split("=", 1) for line in layer.splitlines()[1:-1])
    assert entries
    for before, after in zip(alone, shared, strict=True):
        assert 'uses="project"' in after.text
        lines = [entries.get(line, line) for line in after.text.split("\n")]
        assert "\n".join(lines).replace(' uses="project"', "") == before.text
    assert sum(r.tokens for r in shared) + count(layer) < sum(r.tokens for r in alone)


def test_a_folder_has_its_layer(tmp_path: Path) -> None:
    result = AICCLConverter().convert_directory(folder(tmp_path), jobs=1)
    assert result.map.startswith("<comp:map:project>")
    assert result.text.count("record(") == 1


def test_few_files_share_nothing(tmp_path: Path) -> None:
    files = sorted(folder(tmp_path).iterdir())[:2]
    alone = [AICCLConverter().process_file(path) for path in files]
    assert share(alone, count) == ("", alone)
