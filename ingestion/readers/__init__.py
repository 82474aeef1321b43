"""Reading CSV and XLSX into one shape: a sheet name, a header and rows of text with their true row numbers."""

from pathlib import Path

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers.csv_file import read_csv
from ingestion.readers.table import Table
from ingestion.readers.xlsx_file import read_xlsx

__all__ = ["Table", "read"]


def read(path: Path, name: str, sheet: str) -> Table:
    """Read the file at `path`.

    Args:
        path: the bytes, under whatever name they are archived.
        name: the name under which the file was sent; its ending says what it is.
        sheet: the sheet that a workbook must hold.

    Returns:
        A table whose rows can be gone through once.

    Raises:
        FileRefusedError: the file is not a readable CSV or XLSX file.
    """
    ending = Path(name).suffix.lower()
    if ending == ".csv":
        return read_csv(path)
    if ending == ".xlsx":
        return read_xlsx(path, sheet)
    raise FileRefusedError(
        Finding("file-kind", "send a .csv or .xlsx file; this ending is not known", value=ending or "(no ending)")
    )
