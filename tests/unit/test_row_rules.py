"""Rules over several columns of one row: must pass, must fail, boundary and no value."""

import datetime as dt

import pytest

from ingestion.coverage import Coverage
from ingestion.row_rules import ROW_CHECKS

COVERED = Coverage("OIG", dt.date(2014, 1, 1), dt.date(2019, 12, 31))
PERIOD = {"column": "end", "other": "start"}
IN_LIST = {"column": "post", "when": "type", "in": ["full_time", "part_time"]}
FILLED = {"column": "funder", "when": "share", "filled": True}


def _check(name: str, settings: dict, row: dict, coverage: Coverage | None = COVERED) -> str | None:
    return ROW_CHECKS[name](row, settings, coverage)


@pytest.mark.parametrize(
    ("start", "end", "fault"),
    [
        ("2019-01-01", "2019-12-31", None),
        ("2019-01-01", "2019-01-01", None),
        ("2019-01-02", "2019-01-01", "end"),
        (None, "2019-01-01", None),
        ("2019-01-02", None, None),
    ],
)
def test_a_period_does_not_end_before_it_starts(start: str | None, end: str | None, fault: str | None) -> None:
    assert _check("not_before", PERIOD, {"start": start, "end": end}) == fault


@pytest.mark.parametrize(
    ("start", "end", "fault"),
    [
        ("2019-01-01", "2019-12-31", None),
        ("2019-12-31", "2020-01-01", "end"),
        ("2018-12-31", "2019-12-31", "end"),
        (None, "2019-01-01", None),
    ],
)
def test_a_row_lies_in_one_calendar_year(start: str | None, end: str, fault: str | None) -> None:
    assert _check("same_year", PERIOD, {"start": start, "end": end}) == fault


@pytest.mark.parametrize(
    ("start", "end", "fault"),
    [
        ("2014-01-01", "2019-12-31", None),
        ("2013-12-31", "2014-12-31", "start"),
        ("2019-01-01", "2020-01-01", "end"),
        (None, None, None),
    ],
)
def test_a_row_lies_within_what_the_file_covers(start: str | None, end: str | None, fault: str | None) -> None:
    row = {"start": start, "end": end}
    assert _check("within_coverage", {"columns": ["start", "end"]}, row) == fault
    assert _check("within_coverage", {"columns": ["start", "end"]}, row, coverage=None) is None


@pytest.mark.parametrize(
    ("kind", "post", "needed", "forbidden"),
    [
        ("full_time", "P1", None, "post"),
        ("part_time", None, "post", None),
        ("nil", "P1", None, None),
        ("nil", None, None, None),
        (None, None, None, None),
    ],
)
def test_a_value_is_required_or_forbidden_by_another_one(
    kind: str | None, post: str | None, needed: str | None, forbidden: str | None
) -> None:
    row = {"type": kind, "post": post}
    assert _check("required_when", IN_LIST, row) == needed
    assert _check("blank_when", IN_LIST, row) == forbidden


@pytest.mark.parametrize(
    ("share", "funder", "fault"), [("50", "RSO", None), ("0", None, "funder"), (None, None, None), (None, "RSO", None)]
)
def test_a_value_is_required_where_another_is_filled(share: str | None, funder: str | None, fault: str | None) -> None:
    assert _check("required_when", FILLED, {"share": share, "funder": funder}) == fault
