"""Workbooks made by hand, so that they can hold what no spreadsheet program writes."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl


def workbook(folder: Path, rows: list[list[Any]], sheet: str = "Export", **cells: Any) -> Path:
    """A workbook of one sheet; `cells` are set by their name on top, e.g. `A5=1`."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    for name, value in cells.items():
        page[name] = value
    path = folder / "file.xlsx"
    book.save(path)
    return path


def changed(path: Path, member: str, old: str, new: str) -> Path:
    """The workbook with `old` replaced by `new` in one member of its archive."""
    buffer = io.BytesIO()
    found = False
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == member:
                assert old in data.decode()
                found, data = True, data.decode().replace(old, new).encode()
            target.writestr(entry.filename, data)
    assert found
    path.write_bytes(buffer.getvalue())
    return path


def with_member(path: Path, name: str, data: bytes) -> Path:
    """The workbook with one more member in its archive."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, data)
    return path
