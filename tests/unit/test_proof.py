"""The fast proof is never wider than the exact checks: with it and without it a file is judged the same."""

import csv
import io
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion import proof, proved_ahead
from ingestion.combinations import encoded
from ingestion.contract import contract
from ingestion.coverage import CoverageWatch
from ingestion.inspection import Inspection
from ingestion.proof import proved_clean
from ingestion.readers import csv_file, plain_lines, read
from ingestion.readers.plain_lines import PlainLines
from ingestion.values import ColumnChecker
from tests.unit.builders import FEEDS, as_csv, osi, osi_row, written
from warehouse.settings import PROJECT

SMALL, LARGE = 200, 1 << 21
ODD = [
    "", " ", "x", "1", "0", "-1", "-0.00", "1.00", "1.005", "1E5", "1,5", "9" * 17, "2019", "2019-01-01", "2019-02-30",
    "2018-12-31", "2019-12-31T00:00", "USD", "usd", "EUR", "OIG", "HQ", "CO-NEPAL", "GRCP", "BALI", "TOTAL", "total",
    "\u017fumme", "\u017fubtotal", "Sum\u00a0", "S\u00e3o", "\u0661", "\uff11", "\u212a", "a\u200b", "\u00a0a", "\x85",
    "\u2028", "\x0b", "\x1c",
    "\ufeff", "\U0001f600", "a b", " a", "a ", "a\tb", 'a"b', '"', '""', "a,b", ",", "a\nb", "a\r\nb",
    "a\rb", "\\.", "\\N", "NULL", "=1+1", "x" * 201, "\u00e9" * 60,
]  # fmt: skip


def _sample(feed: str) -> list[dict[str, str]]:
    (path, *_) = [
        path for folder in ("sample", "sample_simulated") for path in sorted((PROJECT / folder / feed).glob("*.csv"))
    ] or [None]
    if path is None:
        return [{column.name: column.example for column in contract(feed).columns}]
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[:40]


SAMPLES = {feed: _sample(feed) for feed in FEEDS}


@st.composite
def _files(draw: st.DrawFn) -> tuple[str, bytes]:
    """A feed, and a file of it: right, or damaged in its cells, its lines or its bytes."""
    feed = draw(st.sampled_from(FEEDS))
    names = draw(st.permutations(contract(feed).names)) if draw(st.booleans()) else list(contract(feed).names)
    rows = [dict(row) for row in draw(st.lists(st.sampled_from(SAMPLES[feed]), max_size=12, unique_by=id))]
    for _ in range(draw(st.integers(0, 3)) if rows else 0):
        row = draw(st.sampled_from(rows))
        row[draw(st.sampled_from(names))] = draw(st.sampled_from(ODD) | st.text(max_size=5))
    if rows and draw(st.integers(0, 5)) == 0:
        rows.append(dict(rows[0]))
    header = [*names, "x_own"] if draw(st.integers(0, 5)) == 0 else names
    text = io.StringIO(newline="")
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    writer = csv.writer(text, quoting=quoting, lineterminator=end)
    writer.writerows([header, *([row.get(name, "own") for name in header] for row in rows)])
    content = text.getvalue().encode(errors="replace")
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(content)))
        hurt = draw(
            st.sampled_from(
                [b'"', b",", b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\xe3", b" ", b'""', b";", b"\xef\xbb\xbf"]
            )
        )
        content = content[:place] + hurt + content[place + draw(st.integers(0, 1)) :]
    if draw(st.integers(0, 5)) == 0:
        content = b"\xef\xbb\xbf" + content
    return feed, content[: len(content) - draw(st.integers(0, 3))]


def _read(path: Path, feed: str, *, plain: bool, few: int, block: int, helpers: int = 0) -> dict[str, Any]:
    terms = replace(contract(feed), control_required=False)
    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(proof, "FEW", few))
        patches.enter_context(mock.patch.object(plain_lines, "BLOCK", block))
        patches.enter_context(mock.patch.multiple(proved_ahead, HELPERS=helpers, WORTHWHILE=0))
        if not plain:
            patches.enter_context(mock.patch.object(PlainLines, "__iter__", return_value=iter(())))
        seen = Inspection(lambda: read(path, "file.csv", terms), terms)
        text = as_csv(seen, 7).decode()
    result: dict[str, Any] = {"columns": seen.columns, "rows": seen.row_count, "blocked": seen.blocked}
    if block == LARGE or not seen.blocked:
        result |= {"findings": seen.notes.findings, "counts": seen.notes.counts}
    if not seen.blocked:
        assert seen.coverage
        result |= {
            "coverage": seen.coverage, "totals": seen.tally.totals, "by_currency": seen.tally.rows_by_currency,
            "measures": seen.tally.measures(seen.coverage),
            "pieces": list(csv.reader(io.StringIO(text, newline=""), strict=True)),
        }  # fmt: skip
    return result


@settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(
    file=_files(),
    few=st.sampled_from([0, 3, 2_000]),
    block=st.sampled_from([SMALL, LARGE]),
    helpers=st.sampled_from([0, 2]),
)
def test_a_file_is_judged_the_same_with_the_fast_way_and_without_it(
    file: tuple[str, bytes], few: int, block: int, helpers: int
) -> None:
    feed, content = file
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), content)
        assert _read(path, feed, plain=True, few=few, block=block, helpers=helpers) == _read(
            path, feed, plain=False, few=few, block=block
        )


def _kinds_of_columns() -> dict[tuple[object, ...], tuple[str, str]]:
    """One feed and column for each way in which a column is checked."""
    found: dict[tuple[object, ...], tuple[str, str]] = {}
    for feed in FEEDS:
        for c in contract(feed).columns:
            how = (c.kind, c.required, c.key, c.pattern, c.minimum, c.maximum, c.codes, c.max_length)
            found.setdefault(how, (feed, c.name))
    return found


@pytest.mark.parametrize(("feed", "name"), _kinds_of_columns().values())
def test_every_odd_value_in_every_kind_of_column_is_judged_the_same(feed: str, name: str, tmp_path: Path) -> None:
    terms = contract(feed)
    outcomes = []
    for value in [SAMPLES[feed][0][name], *ODD]:
        with (tmp_path / "file.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, terms.names)
            writer.writeheader()
            writer.writerow(SAMPLES[feed][0] | {name: value})
        # few=0: by the expressions of whole columns wherever there is one
        fast, exact = (_read(tmp_path / "file.csv", feed, plain=plain, few=0, block=LARGE) for plain in (True, False))
        assert fast == exact, value
        outcomes.append(exact["blocked"])
    assert outcomes[0] is False
    assert True in outcomes


@pytest.fixture
def exact_checks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of rows that were not proved clean and went the exact way."""
    seen: list[int] = []
    whole = Inspection._rows

    def counting(self: Inspection, batch: Any, submission: int) -> bytes:
        seen.append(len(batch.rows))
        return whole(self, batch, submission)

    monkeypatch.setattr(Inspection, "_rows", counting)
    return seen


@pytest.mark.parametrize("few", [0, 3, 2_000])
def test_plain_clean_lines_go_the_fast_way(
    few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact_checks: list[int]
) -> None:
    # without this the comparison above could hold because nothing is ever proved
    monkeypatch.setattr(proof, "FEW", max(few, 3))
    rows = [osi_row(allocation_id=f"A-{n}", amount=f"{n}.50", footnote=f'"{n}", said') for n in range(5_000)]
    with (tmp_path / "file.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, osi().names)
        writer.writeheader()
        writer.writerows(rows)
    seen = Inspection(lambda: read(tmp_path / "file.csv", "file.csv", osi()), osi())
    pieces = list(seen.pieces())
    assert (seen.row_count, seen.blocked, bool(pieces)) == (5_000, False, True)
    assert exact_checks == []


def _proved(rows: list[dict[str, str]]) -> bool:
    terms = osi()
    columns = encoded({name: [row[name] for row in rows] for name in terms.names})
    checkers = {column.name: ColumnChecker(column) for column in terms.columns}
    return proved_clean(columns, terms, checkers, CoverageWatch(terms.office_column, terms.period_column))


def test_clean_rows_are_proved_and_a_fault_in_one_of_many_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [osi_row(allocation_id=f"A-{n}", amount=f"{n}.50") for n in range(proof.FEW + 10)]
    assert _proved(rows)
    for name, value in (
        ("allocation_id", ""), ("allocation_id", "TOTAL"), ("allocation_id", "a"), ("amount", "1.005"),
        ("amount", "-1"), ("footnote", " x"), ("footnote", "\0"), ("reporting_office", "HQ"),
        ("reporting_period", "2018"), ("period_start", "2018-01-01"), ("period_end", "2018-12-31"),
        ("as_of_date", "2019-02-29"), ("currency", "EURO"), ("source_document", "x" * 201),
    ):  # fmt: skip
        assert not _proved([*rows, osi_row(**{name: value})]), name


def test_a_fault_in_a_column_of_many_values_is_not_proved_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "FEW", 0)
    assert _proved([osi_row()]) is False  # a date is never proved by an expression
    monkeypatch.setattr(proof, "FEW", 1)
    assert _proved([osi_row()])
    assert _proved([osi_row(footnote="a"), osi_row(footnote="b")])
    assert not _proved([osi_row(footnote="a"), osi_row(footnote="b ")])
    assert not _proved([osi_row(footnote="a"), osi_row(footnote="b" * 10_000)])


def test_the_blocks_of_the_comparison_are_smaller_and_larger_than_its_files() -> None:
    assert csv_file.BATCH > 12
    assert SMALL < len(",".join(osi_row().values())) * 12 < LARGE
