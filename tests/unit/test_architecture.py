"""Imports run one way: warehouse <- ingestion, publication, expectations, simulation <- iscm; nobody imports dags."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "warehouse": set(),
    "ingestion": {"warehouse"},
    "publication": {"warehouse"},
    "expectations": {"warehouse"},
    "simulation": set(),
    "iscm": {"warehouse", "ingestion", "publication", "expectations", "simulation"},
}


def imported_rooms(path: Path) -> set[str]:
    """First parts of all modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_stands_below_it(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files, f"no Python file in {room}"
    rooms = {*MAY_IMPORT, "dags", "superset"}
    for file in files:
        assert imported_rooms(file) & rooms <= MAY_IMPORT[room] | {room}, file.relative_to(ROOT)


def test_dags_call_the_command_line_and_import_none_of_it() -> None:
    files = sorted((ROOT / "dags").rglob("*.py"))
    assert len(files) >= 4
    for file in files:
        assert not imported_rooms(file) & set(MAY_IMPORT), file.relative_to(ROOT)
