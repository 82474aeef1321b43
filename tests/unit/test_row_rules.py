"""Rules over several columns of one row: must pass, must fail, boundary and no value."""

import datetime as dt
import re

import pytest

from ingestion.contract import RowRule
from ingestion.coverage import Coverage
from ingestion.row_rules import ROW_CHECKS, TOTAL, at_fault

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


LIMIT = {"column": "reason", "other": "cost", "limit": "1000"}


@pytest.mark.parametrize(
    ("cost", "reason", "fault"),
    [
        ("999.99", None, None),
        ("1000", None, None),
        ("1000.00", None, None),
        ("1000.01", None, "reason"),
        ("1000.01", "escort", None),
        ("10000", None, "reason"),
        ("0", None, None),
        (None, None, None),
        (None, "escort", None),
    ],
)
def test_f34_a_value_is_required_above_a_limit(cost: str | None, reason: str | None, fault: str | None) -> None:
    assert _check("required_above", LIMIT, {"cost": cost, "reason": reason}) == fault


def test_a_blank_cell_is_no_value_to_a_rule() -> None:
    rule = RowRule("r", "m", "required_when", FILLED)
    assert at_fault(rule, {"share": "50", "funder": ""}, None) == "funder"
    assert at_fault(rule, {"share": "", "funder": ""}, None) is None
    assert rule.columns == {"share", "funder"}
    assert RowRule("r", "m", "within_coverage", {"columns": ["start", "end"]}).columns == {"start", "end"}


@pytest.mark.parametrize(
    ("key", "total"),
    [
        ("Total", True), ("TOTAL", True), ("Grand Total", True), ("sub-totals", True), ("Subtotal", True),
        ("sum", True), ("Summe", True), ("Gesamt", True), ("sous_total", True),
        ("TOTAL-2019", False), ("T4-TOTAL", False), ("TOT", False), ("SUMATRA", False), ("", False),
    ],
)  # fmt: skip
def test_a_key_that_names_a_total_is_no_key(key: str, total: bool) -> None:
    assert bool(re.match(TOTAL, key, re.IGNORECASE)) is total


def test_a_row_below_0_names_what_it_corrects() -> None:
    rule = {"column": "correction_of", "other": "amount"}
    for amount, named, at in [
        ("-0.01", None, "correction_of"), ("-0.01", "L-1", None), ("0.00", None, None), ("5", "L-1", None),
        (None, None, None),
    ]:  # fmt: skip
        row = {"amount": amount, "correction_of": named}
        assert ROW_CHECKS["named_when_negative"](row, rule, None) == at, row
