"""Workbooks made by hand, so that they can hold what no spreadsheet program writes."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

SHEET = "xl/worksheets/sheet1.xml"

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


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


def handmade(
    folder: Path,
    rows: str,
    *,
    strings: str = "",
    styles: str = "",
    after: str = "",
    sheets: Mapping[str, str] | None = None,
    properties: str = "",
) -> Path:
    """The smallest workbook that there is, from XML.

    Args:
        folder: where it is written.
        rows: the <row> elements of the sheet *Export*.
        strings: the <si> elements of the shared strings.
        styles: what <styleSheet> holds.
        after: what follows the rows in the sheet.
        sheets: the <row> elements of further sheets, by name; " hidden" behind a name hides the sheet.
        properties: what stands in <workbook> before its sheets.
    """
    listed, related, types, parts = "", "", "", {}
    for number, (name, content) in enumerate([("Export", rows), *(sheets or {}).items()], start=1):
        state = ' state="hidden"' if name.endswith(" hidden") else ""
        listed += f'<sheet name="{name.removesuffix(" hidden")}" sheetId="{number}"{state} r:id="rId{number}"/>'
        target = f"worksheets/sheet{number}.xml"
        related += f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="{target}"/>'
        types += f'<Override PartName="/xl/{target}" ContentType="{_TYPE}.worksheet+xml"/>'
        behind = after if number == 1 else ""
        parts[f"xl/{target}"] = f'<worksheet xmlns="{_MAIN}"><sheetData>{content}</sheetData>{behind}</worksheet>'
    if strings:
        related += f'<Relationship Id="strings" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{strings}</sst>'
    if styles:
        related += f'<Relationship Id="styles" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>'
    parts |= {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}<sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
    }
    path = folder / "file.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, _DECLARATION + content)
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
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return path
