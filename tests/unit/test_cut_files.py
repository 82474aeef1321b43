"""A file that ends in the last row of a spreadsheet format may have lost the rest; control totals say it has not."""

from pathlib import Path

import pytest

from ingestion import inspection
from ingestion.control import read_control
from ingestion.inspection import Inspection
from ingestion.readers import read
from tests.unit.builders import osi, osi_row, written

CUT_AT = 4


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    assert inspection.CUT_AT == (65_536, 1_048_576)
    monkeypatch.setattr(inspection, "CUT_AT", (CUT_AT,))


def rules(folder: Path, rows: int, control: bytes | None = None) -> list[str]:
    """Rules broken by a file with so many rows beneath its heading."""
    lines = [osi_row(allocation_id=f"A-{n}").values() for n in range(rows)]
    text = "\n".join(",".join(cell or "" for cell in cells) for cells in (osi().names, *lines))
    path = written(folder, text + "\n")
    beside = read_control("file.control.csv", control) if control else None
    seen = Inspection(lambda: read(path, path.name, osi()), osi(), beside)
    list(seen.pieces())
    return [finding.rule for finding in seen.notes.findings]


@pytest.mark.parametrize(("rows", "broken"), [(2, []), (3, ["file-cut"]), (4, [])])
def test_only_the_last_row_of_the_format_is_suspicious(tmp_path: Path, rows: int, broken: list[str]) -> None:
    assert rules(tmp_path, rows) == broken


def test_control_totals_say_that_nothing_is_missing(tmp_path: Path) -> None:
    assert rules(tmp_path, 3, b"currency,rows,sum\nUSD,3,3.00\n") == []
    assert rules(tmp_path, 3, b"currency,rows,sum\nUSD,9,3.00\n") == ["control-rows"]
