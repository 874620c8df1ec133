"""The architecture: imports point one way, and the packages are the ones of this repository."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"prompts", "vectorstore", "ingest", "assistant", "eval"}
MAY_IMPORT = {
    "prompts": set(),
    "vectorstore": set(),
    "ingest": {"vectorstore"},
    "assistant": {"prompts", "vectorstore"},
    "eval": {"assistant", "vectorstore"},
}
KNOW_INGEST = {"assistant/wiring.py", "assistant/cli.py", "assistant/ingest_view.py"}


def imported_packages(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names & OURS


@pytest.mark.parametrize("package", sorted(OURS))
def test_imports_point_one_way(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        allowed = MAY_IMPORT[package] | {package} | ({"ingest"} if name in KNOW_INGEST else set())
        assert imported_packages(path) <= allowed, name


@pytest.mark.parametrize("package", sorted(OURS))
def test_packages_are_those_of_this_repository(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__ is not None
    assert ROOT in Path(module.__file__).parents


def test_top_level_has_no_other_code_folder() -> None:
    folders = {path.parent.relative_to(ROOT).parts[0] for path in ROOT.glob("*/*.py")}
    assert {name for name in folders if not name.startswith(".")} <= OURS | {"tests", "build", "dist"}
