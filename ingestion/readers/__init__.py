"""Reading CSV and XLSX into one shape: a sheet name, a header and batches of rows with their true row numbers."""

from dataclasses import replace
from pathlib import Path

from ingestion.contract import Contract
from ingestion.findings import FileRefusedError, Finding
from ingestion.readers.csv_file import read_csv
from ingestion.readers.form_sheet import FORM, as_form
from ingestion.readers.rows import Batch, Row
from ingestion.readers.table import Table

__all__ = ["Batch", "Row", "Table", "read"]


def read(path: Path, name: str, terms: Contract) -> Table:
    """Read the file at `path`.

    Args:
        path: the bytes, under whatever name they are archived.
        name: the name under which the file was sent; its ending says what it is.
        terms: the contract, which says encoding, delimiter and sheet.

    Returns:
        A table whose rows can be gone through once.

    Raises:
        FileRefusedError: the file is not a readable CSV or XLSX file.
    """
    ending = Path(name).suffix.lower()
    if ending == ".csv":
        return read_csv(path, terms.encoding, terms.delimiter)
    if ending == ".xlsx":
        return _read_workbook(path, terms.sheet)
    raise FileRefusedError(
        Finding("file-kind", "send a .csv or .xlsx file; this ending is not known", value=ending or "(no ending)")
    )


def _read_workbook(path: Path, sheet: str) -> Table:
    """The declared sheet, or the one row of a form that was filled in."""
    from ingestion.readers.xlsx_file import read_xlsx  # takes a moment that text files need not wait

    try:
        return read_xlsx(path, sheet)
    except FileRefusedError as refusal:
        if refusal.finding.rule != "file-sheet":
            raise
        missing = refusal
    try:
        form = as_form(read_xlsx(path, FORM))
    except FileRefusedError as refusal:
        raise (missing if refusal.finding.rule == "file-sheet" else refusal) from None
    notes = [note for note in form.table.notes if note.rule != "file-sheets"]
    return replace(form.table, form=True, notes=notes, place=form.true_place)
