"""The one shape that every reader gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ingestion.findings import Finding
from ingestion.readers.plain_lines import PlainLines
from ingestion.readers.rows import Batch, Lines, Row


@dataclass(frozen=True)
class Table:
    """A sheet with its header and its rows, which can be gone through once.

    A row may be shorter or longer than the header: the checks say so. `control` holds the rows of the sheet *Control*,
    `progress` the share of the file that has been read (0 to 1), `typed` whether cells are a workbook's values rather
    than text, `notes` what is worth saying about the file as a whole, `form` whether it is the one row of a form.
    `place` leads from a finding about this table to its place in the file, where the two differ. `plain` are the plain
    lines of a text file, where `batches` goes on: a block that was taken there (`PlainLines.take`) does not come again.
    """

    sheet: str | None
    header_row: int
    header: tuple[str, ...]
    batches: Iterator[Batch | Lines]
    control: list[tuple[int, Row]] = field(default_factory=list)
    progress: Callable[[], float] = lambda: 1.0
    typed: bool = False
    notes: list[Finding] = field(default_factory=list)
    form: bool = False
    place: Callable[[Finding], Finding] = lambda finding: finding
    plain: PlainLines | None = None
