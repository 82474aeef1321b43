"""The sender's own workbook back, with the cells at fault marked and commented and a sheet *Findings*.

What is given back is made anew: values, formats, column widths and the text of comments are carried over, nothing
else. So nothing of the sender's can run or reach out of it: formulas come back as text; links, names, macros,
connections and drop-downs not at all.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import column_index_from_string, quote_sheetname

from ingestion.findings import MAX_LISTED, Finding, in_order
from ingestion.findings_sheet import FILLS, add_findings_sheet, told
from ingestion.safe_cells import MAX_COLUMN, MAX_ROW, comment
from ingestion.sent_rows import FIRST_ROWS, MAX_ROWS, Pages, TooLargeError, copy_csv
from ingestion.sent_workbook import copy_xlsx

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NOT_OPENED = "The file itself was not opened, since it cannot be read safely."
_NOT_COPIED = "The file could not be given back marked; the list names every place."
_IN_PART = (
    f"The file is too large to be given back whole ({MAX_ROWS:,} rows at most): beside this list stand its first "
    f"{FIRST_ROWS} rows and the rows at fault, each under its own number."
)


def write_marked(
    source: Path,
    name: str,
    sheet: str,
    findings: Sequence[Finding],
    counts: Mapping[str, int],
    target: Path,
    *,
    readable: bool = True,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> None:
    """Write the workbook that tells the sender of `source` what is wrong with it.

    Args:
        source: the bytes as archived.
        name: the name under which they were sent; its ending says CSV or XLSX.
        sheet: the contract's sheet; the rows of a CSV file get it as their sheet, a row under the number of its line.
        findings: what is wrong; at most 1,000 are listed and marked, blocking ones first.
        counts: by rule the exact number of findings.
        target: the workbook to write; replaced if it is there.
        readable: False when the file was refused as a whole; then it is not opened.
        encoding: of a CSV file.
        delimiter: of a CSV file.
    """
    listed = in_order(findings)[:MAX_LISTED]

    def copied(book: Workbook, wanted: set[int] | None) -> Pages:
        if name.lower().endswith(".xlsx"):
            return copy_xlsx(source, book, wanted)
        return copy_csv(source, book, sheet, wanted, encoding, delimiter)

    book, pages, remark = _given_back(copied, listed) if readable else (_empty(), {}, _NOT_OPENED)
    add_findings_sheet(book, name, listed, _mark(pages, sheet, listed), counts, remark)
    book.save(target)


def _given_back(
    copied: Callable[[Workbook, set[int] | None], Pages], listed: Sequence[Finding]
) -> tuple[Workbook, Pages, str]:
    """The file as a workbook, whole or in part, its sheets by their names as sent, and what to say about it."""
    rows = {finding.row for finding in listed if finding.row} | set(range(1, FIRST_ROWS + 1))
    for wanted, remark in ((None, ""), (rows, _IN_PART)):
        book = _empty()
        try:
            return book, copied(book, wanted), remark
        except TooLargeError:
            continue
        except Exception:  # openpyxl raises whatever its parsers raise; the list is worth having alone
            break
    return _empty(), {}, _NOT_COPIED


def _empty() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def _mark(pages: Pages, sheet: str, listed: Sequence[Finding]) -> list[str | None]:
    """Fill and comment the cells at fault; for each finding the place that a link leads to."""
    links: list[str | None] = []
    by_place: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in listed:
        name, place = finding.sheet or sheet, _place(finding)
        if place is None or name not in pages:
            links.append(None)
            continue
        by_place[name, place].append(finding)
        links.append(f"{quote_sheetname(pages[name].title)}!{place}")
    for (name, place), found in by_place.items():
        pages[name].sheet_state = "visible"
        _mark_cell(pages[name][place], found)
    return links


def _place(finding: Finding) -> str | None:
    """The finding's cell, or the first of its row; None when a sheet has no such place."""
    if finding.cell is None:
        return f"A{finding.row}" if finding.row and finding.row <= MAX_ROW else None
    parts = _CELL.fullmatch(finding.cell)
    if parts is None or column_index_from_string(parts[1]) > MAX_COLUMN or int(parts[2]) > MAX_ROW:
        return None
    return finding.cell


def _mark_cell(cell: Any, found: Sequence[Finding]) -> None:
    cell._style = copy(cell._style)  # cells may share one
    cell.fill = FILLS[found[0].severity]  # the list is in order: the gravest comes first
    texts = [told(finding) for finding in found]
    if cell.comment:
        texts.append(f"Your comment: {cell.comment.text}")
    cell.comment = comment("\n\n".join(texts))
