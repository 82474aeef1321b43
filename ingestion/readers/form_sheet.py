"""The form: questions below each other, answers in column C, read as the one row of a table."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingestion.findings import MAX_VALUE, FileRefusedError, Finding
from ingestion.places import cell_name, cell_place
from ingestion.readers.rows import Batch, Lines, Row
from ingestion.readers.table import Table

FORM = "Form"
"""The sheet that a form stands on."""
NAME, ANSWER = "column", "answer"
"""What the first row of the form says above the names of the columns (A) and above the answers (C)."""
NAME_PLACE, ANSWER_PLACE, LAST_PLACE = 0, 2, 3
MAX_LINES = 500


@dataclass(frozen=True)
class Form:
    """A form as a table of one row; `lines` gives the row of the sheet in which each of its columns was asked."""

    table: Table
    lines: tuple[int, ...]

    def true_place(self, finding: Finding) -> Finding:
        """A finding about the table of one row, with the row and cell of the form: AB2 may be C29, AB1 is then A29."""
        if finding.cell is None:
            return finding
        place, row = cell_place(finding.cell)
        column = {self.table.header_row: "A", self._first: "C"}.get(row)
        if column is None or place >= len(self.lines):
            return finding
        return replace(finding, row=self.lines[place], cell=f"{column}{self.lines[place]}")

    @property
    def _first(self) -> int:
        return first_row(self.table, self.lines)


def first_row(table: Table, lines: tuple[int, ...]) -> int:
    """The row under which the one row of a form is known: that of its first question."""
    return lines[0] if lines else table.header_row + 1


def as_form(table: Table) -> Form:
    """Turn the sheet *Form*, as a reader gives it, into a table of one row.

    The heading of that table are the names in column A, its row the answers in column C. All of its findings are given
    as if the sheet were such a table; `Form.true_place` leads back.

    Raises:
        FileRefusedError: the sheet is not our form.
    """
    heads = [str(_at(table.header, place)).strip() for place in range(LAST_PLACE)]
    if (heads[NAME_PLACE], heads[ANSWER_PLACE]) != (NAME, ANSWER):
        message = "this sheet is not our form; get an empty one, fill in its column C and leave the rest as it is"
        raise FileRefusedError(Finding("file-form", message, table.sheet, table.header_row))
    answers: dict[int, tuple[str, object]] = {}
    findings: list[Finding] = []
    damaged: set[int] = set()
    for batch in _batches(table):
        findings += batch.findings
        damaged |= {number for number, place in batch.damaged if place == ANSWER_PLACE}
        for number, row in zip(batch.numbers, batch.rows, strict=True):
            name, answer = str(_at(row, NAME_PLACE)).strip(), _at(row, ANSWER_PLACE)
            findings += _stray(table.sheet, number, row, name, answer)
            if name:
                answers[number] = name, answer
    lines = tuple(answers)
    first = first_row(table, lines)
    one = Batch(
        [first],
        [tuple(answer for _, answer in answers.values())],
        [_in_one_row(finding, lines, first) for finding in findings],
        frozenset((first, lines.index(number)) for number in damaged & answers.keys()),
    )
    return Form(replace(table, header=tuple(name for name, _ in answers.values()), batches=iter([one])), lines)


def _batches(table: Table) -> Iterator[Batch]:
    seen = 0
    for batch in table.batches:
        part = batch.as_batch() if isinstance(batch, Lines) else batch
        seen += len(part.rows)
        if seen > MAX_LINES:
            message = f"the form has more than {MAX_LINES} lines; delete what does not belong to it"
            raise FileRefusedError(Finding("file-form", message, table.sheet))
        yield part


def _in_one_row(finding: Finding, lines: tuple[int, ...], first: int) -> Finding:
    """What the reader found in an answer, at the answer's place in the table of one row."""
    if finding.cell is None or finding.row not in lines:
        return finding
    place, _ = cell_place(finding.cell)
    if place != ANSWER_PLACE:
        return finding
    return replace(finding, row=first, cell=cell_name(lines.index(finding.row), first))


def _stray(sheet: str | None, number: int, row: Row, name: str, answer: object) -> Iterator[Finding]:
    """An answer that no question asks for, or text beside the form: it must not get lost."""
    if not name and answer != "":
        message = "this answer belongs to no question; write it beside the question, or delete it"
        yield Finding("form-stray", message, sheet, number, value=str(answer)[:MAX_VALUE])
    for value in row[LAST_PLACE + 1 :]:
        if value != "":
            message = "this stands beside the form; write answers in column C only, and delete this"
            yield Finding("form-stray", message, sheet, number, value=str(value)[:MAX_VALUE])


def _at(row: Row, place: int) -> object:
    return row[place] if place < len(row) else ""
