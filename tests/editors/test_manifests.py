"""What the editors' manifests say agrees with the server and with their own code, without starting an editor."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from aiccl_converter.source.languages import FILES
from aiccl_converter.tokens import TOKENIZERS
from aiccl_converter.views import LEVELS
from aiccl_server import commands, settings

ROOT = Path(__file__).resolve().parents[2]
VSCODE = ROOT / "editors" / "vscode"
NEOVIM = ROOT / "editors" / "neovim"
CLIENT_ONLY = {"aiccl.path", "aiccl.install.source"}
#: Called from a hover's links, not by people.
INTERNAL = {"aiccl.openView"}


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((VSCODE / "package.json").read_text())
    return loaded


@pytest.fixture(scope="module")
def sources() -> str:
    return "\n".join(path.read_text() for path in sorted((VSCODE / "src").glob("*.ts")))


def test_settings_are_the_servers_with_its_defaults(package: dict[str, Any]) -> None:
    properties = package["contributes"]["configuration"]["properties"]
    assert set(properties) - CLIENT_ONLY == {f"aiccl.{key}" for key in settings.KEYS}
    given = {name: entry["default"] for name, entry in properties.items()}
    read, problems = settings.read(given)
    assert problems == []
    assert read == settings.Settings()
    assert set(properties["aiccl.level"]["enum"]) == set(LEVELS)
    assert set(properties["aiccl.tokenizer"]["enum"]) == set(TOKENIZERS)


def test_no_workspace_setting_names_a_program(package: dict[str, Any]) -> None:
    properties = package["contributes"]["configuration"]["properties"]
    assert {name for name, entry in properties.items() if entry["scope"] == "machine"} == CLIENT_ONLY
    restricted = package["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert set(restricted) == CLIENT_ONLY


def test_every_setting_has_a_scope_and_a_description(package: dict[str, Any]) -> None:
    for name, entry in package["contributes"]["configuration"]["properties"].items():
        assert entry.get("scope") and entry.get("markdownDescription"), name


def test_commands_are_in_the_manifest_and_in_the_code(package: dict[str, Any], sources: str) -> None:
    declared = {entry["command"] for entry in package["contributes"]["commands"]}
    registered = set(re.findall(r"^ {4}'(aiccl\.\w+)': ", sources, re.M))
    assert registered | INTERNAL == declared | INTERNAL


def test_no_command_is_the_servers_too(package: dict[str, Any]) -> None:
    """The client registers the server's commands itself, and a second registration fails."""
    declared = {entry["command"] for entry in package["contributes"]["commands"]}
    server = {value for name, value in vars(commands).items() if name.isupper() and isinstance(value, str)}
    assert {value for value in server if value.startswith("aiccl.")}
    assert not declared & server


def test_menus_and_links_name_commands_that_exist(package: dict[str, Any]) -> None:
    contributes = package["contributes"]
    declared = {entry["command"] for entry in contributes["commands"]}
    used = {item["command"] for items in contributes["menus"].values() for item in items if "command" in item}
    text = json.dumps([contributes["walkthroughs"], contributes["viewsWelcome"]])
    used |= set(re.findall(r"command:(aiccl\.\w+)", text))
    assert used and used <= declared


def test_files_that_the_manifest_names_exist(package: dict[str, Any]) -> None:
    text = json.dumps(package["contributes"])
    named = set(re.findall(r'"((?:\./)?(?:media|syntaxes)/[^"]+|\./[^"]+\.json)"', text))
    assert named
    assert [name for name in named if not (VSCODE / name).exists()] == []


def test_the_lock_file_names_no_host() -> None:
    lock = json.loads((VSCODE / "package-lock.json").read_text())
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []


def test_readme_has_every_setting_and_command(package: dict[str, Any]) -> None:
    readme = (VSCODE / "README.md").read_text()
    for name in package["contributes"]["configuration"]["properties"]:
        assert f"`{name}`" in readme, name
    for entry in package["contributes"]["commands"]:
        if entry["title"] != "Refresh":
            assert entry["title"] in readme, entry["title"]
    for image in re.findall(r"\]\((images/[^)]+)\)", readme):
        assert (VSCODE / image).exists(), image


def test_languages_are_the_converters(package: dict[str, Any], sources: str) -> None:
    # By VS Code's ids: React's dialects are languages of their own there.
    wanted = {name for name in FILES if name != "tsx"} | {"javascriptreact", "typescriptreact"}
    listed = re.search(r"export const LANGUAGES = \[(.*?)\]", sources, re.S)
    assert listed is not None
    assert set(re.findall(r"'(\w+)'", listed[1])) == wanted
    events = {event.split(":")[1] for event in package["activationEvents"] if event.startswith("onLanguage:")}
    assert events == wanted
    config = (NEOVIM / "lua" / "aiccl" / "config.lua").read_text()
    filetypes = re.search(r"M\.filetypes = \{(.*?)\}", config, re.S)
    assert filetypes is not None
    assert set(re.findall(r"'(\w+)'", filetypes[1])) == {"cs" if name == "csharp" else name for name in wanted}


def test_neovims_defaults_are_the_servers() -> None:
    config = (NEOVIM / "lua" / "aiccl" / "config.lua").read_text()
    section = config[config.index("M.settings") :]
    assert f"level = '{settings.Settings().level}'" in section
    assert f"tokenizer = '{settings.Settings().tokenizer}'" in section
    assert f"maxFileKB = {settings.Settings().index_max_file_kb}" in section
    assert f"codeLens = {{ enable = {str(settings.Settings().code_lens_enable).lower()} }}" in section
    default = settings.Settings()
    assert f"model = {{ enable = {str(default.model_enable).lower()}, scope = '{default.model_scope}' }}" in section
    assert f"hover = {{ enable = {str(settings.Settings().hover_enable).lower()} }}" in section


def test_neovims_commands_are_in_help_and_readme() -> None:
    code = (NEOVIM / "lua" / "aiccl" / "commands.lua").read_text()
    table = code[code.index("local subcommands") : code.index("--- What `:Aiccl` runs.")]
    names = re.findall(r"^  (\w+) = \{ run", table, re.M)
    assert len(names) >= 9
    for page in ("doc/aiccl.txt", "README.md"):
        text = (NEOVIM / page).read_text()
        for name in names:
            assert f":Aiccl {name}" in text, (page, name)
