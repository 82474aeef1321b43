"""A workbook as it was sent into a new one: values, formats, widths and comments, and nothing that could run."""

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence, Set
from copy import copy
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse
from xml.parsers import expat

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.comments.comment_sheet import CommentSheet
from openpyxl.packaging.relationship import get_dependents, get_rels_path
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import PatternFill
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import from_ISO8601
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.xml.constants import COMMENTS_NS, SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring

from ingestion.safe_cells import AUTHOR, MAX_COLUMN, MAX_ROW, comment, put
from ingestion.sent_rows import MAX_INFLATED, Budget, Pages, TooLargeError, new_page

COL, PANE, ROW, STRING, TEXT, RUN, VALUE, FORMULA, INLINE = (
    f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("col", "pane", "row", "si", "t", "r", "v", "f", "is")
)


def copy_xlsx(source: Path, book: Workbook, wanted: Set[int] | None) -> Pages:
    """Copy a workbook into `book`; formulas and error values become the text that was typed.

    Args:
        source: the file.
        book: new and without sheets; takes over the formats.
        wanted: numbers of the rows to copy from each sheet; None for all.

    Raises:
        TooLargeError: the file is too large for that.
        Exception: whatever openpyxl raises on a workbook that it cannot read.
    """
    # opened here: the library goes by the ending of a path, and archived files have none
    with source.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl leaves out; here nearly all is
        sent: Any = ExcelReader(file)
        inflated = sum(entry.file_size for entry in sent.archive.infolist() if entry.filename.endswith(".xml"))
        if wanted is None and inflated > MAX_INFLATED:
            raise TooLargeError
        sent.keep_links = False
        sent.read_manifest()
        sent.read_workbook()
        apply_stylesheet(sent.archive, book)
        book.epoch = sent.wb.epoch
        strings, budget = _shared_strings(sent), Budget(wanted)
        pages: Pages = {}
        for sheet, relation in sent.parser.find_sheets():
            if relation.Type.endswith("/worksheet"):
                page = pages[sheet.name] = new_page(book, sheet.name, budget)
                page.sheet_state = "visible" if sheet.state == "visible" else "hidden"
                _copy_page(sent.archive, relation.target, page, strings, budget)
        return pages


def _shared_strings(sent: Any) -> list[str]:
    part = sent.package.find(SHARED_STRINGS)
    if part is None:
        return []
    return [_text(item) for item in _elements(sent.archive, part.PartName[1:], {STRING})]


def _text(element: Element) -> str:
    """The text of a string; not how it is pronounced, which stands in it too."""
    parts = [element, *element.findall(RUN)]
    return unescape("".join(part.findtext(TEXT, "") for part in parts))


def _elements(archive: zipfile.ZipFile, part: str, tags: Set[str]) -> Iterator[Element]:
    """The elements of that name in one part of the archive, one by one, so that its size does not matter."""
    with archive.open(part) as xml:
        _refuse_doctype(xml)
    with archive.open(part) as xml:
        for _, element in iterparse(xml):  # noqa: S314
            if element.tag in tags:
                yield element
                element.clear()


def _refuse_doctype(xml: IO[bytes]) -> None:
    """Entities are declared in a document type, which only stands before the first element; no workbook has one.

    Without any the standard library's parser is safe, and several times faster than the one that guards throughout.
    """
    begun: list[str] = []

    def refuse(*_: object) -> None:
        raise ValueError("the XML declares a document type")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, _: begun.append(name)
    while not begun and (block := xml.read(4096)):
        parser.Parse(block)


def _copy_page(archive: zipfile.ZipFile, part: str, page: Any, strings: Sequence[str], budget: Budget) -> None:
    formulas, row = WorkSheetParser(io.BytesIO(), []), 0
    for element in _elements(archive, part, {COL, PANE, ROW}):
        if element.tag == COL:
            _copy_width(page, element.attrib)
        elif element.tag == PANE and element.get("state") == "frozen":
            across, down = (int(float(element.get(name, 0))) for name in ("xSplit", "ySplit"))
            page.freeze_panes = f"{get_column_letter(across + 1)}{down + 1}"
        elif element.tag == ROW:
            row = int(element.get("r", row + 1))
            if budget.wants(row):
                budget.spend(len(element))
                _copy_row(page, row, element, strings, formulas)
    for place, found in _comments(archive, part):
        if budget.wants(coordinate_to_tuple(place)[0]):
            _copy_comment(page.cell(*coordinate_to_tuple(place)), found)


def _copy_width(page: Any, sent: dict[str, str]) -> None:
    letter = get_column_letter(int(sent["min"]))
    page.column_dimensions[letter] = ColumnDimension(
        page,
        index=letter,
        min=int(sent["min"]),
        max=int(sent["max"]),
        width=float(sent.get("width", 13)),
        # its format too: a column of text stays one for what is added below
        style=page.parent._cell_styles[int(sent.get("style", 0))],
    )


def _copy_row(page: Any, row: int, sent: Element, strings: Sequence[str], formulas: Any) -> None:
    column = 0
    for element in sent:
        place = element.get("r")
        row, column = coordinate_to_tuple(place) if place else (row, column + 1)
        if not (0 < row <= MAX_ROW and 0 < column <= MAX_COLUMN):
            raise ValueError(f"no sheet has a row {row} and a column {column}")
        cell = page.cell(row, column)
        cell._style = page.parent._cell_styles[int(element.get("s", 0))]
        value = _value(element, strings, formulas)
        if isinstance(value, str):
            put(cell, value)
        else:
            cell.value = value


def _value(sent: Element, strings: Sequence[str], formulas: Any) -> Any:
    """The value of a cell; a formula or an error is the text of it."""
    kind, text = sent.get("t", "n"), sent.findtext(VALUE)
    if sent.find(FORMULA) is not None:
        formula = formulas.parse_formula(sent)
        return formula if isinstance(formula, str) else str(getattr(formula, "text", None) or "={TABLE}")
    if kind == "inlineStr":
        inline = sent.find(INLINE)
        return None if inline is None else _text(inline)
    if not text:
        return None
    if kind == "s":
        return strings[int(text)]
    if kind == "n":
        number = int(text) if text.lstrip("-").isdigit() else float(text)
        return number if abs(number) < 1e300 else text
    if kind == "b":
        return text not in ("0", "false")
    if kind == "d":
        return from_ISO8601(text)  # type: ignore[no-untyped-call]
    return unescape(text)


def _comments(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, Comment]]:
    relations = str(get_rels_path(part))  # type: ignore[no-untyped-call]
    if relations not in archive.namelist():
        return
    for relation in get_dependents(archive, relations).find(COMMENTS_NS):
        xml: Any = fromstring(archive.read(relation.target))
        sheet: Any = CommentSheet.from_tree(xml)
        yield from sheet.comments


def _copy_comment(cell: Any, sent: Comment) -> None:
    """Carry a comment over; one that is ours, from an earlier answer, goes, and with it the colour of its cell."""
    if sent.author == AUTHOR:
        cell._style = copy(cell._style)  # cells may share one
        cell.fill = PatternFill()
    else:
        cell.comment = comment(sent.text, sent.author or "sender")
