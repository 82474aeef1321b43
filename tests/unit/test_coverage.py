"""Reporting periods: a year, a month or a span of years; both days belong to it."""

import datetime as dt

import pytest

from ingestion.coverage import Coverage, CoverageWatch, parse_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2019", (2019, 1, 1), (2019, 12, 31)),
        ("2014-2019", (2014, 1, 1), (2019, 12, 31)),
        ("2019-2019", (2019, 1, 1), (2019, 12, 31)),
        ("2019-01", (2019, 1, 1), (2019, 1, 31)),
        ("2019-12", (2019, 12, 1), (2019, 12, 31)),
        ("2020-02", (2020, 2, 1), (2020, 2, 29)),
        ("2100-02", (2100, 2, 1), (2100, 2, 28)),
        ("1990", (1990, 1, 1), (1990, 12, 31)),
        ("1990-2100", (1990, 1, 1), (2100, 12, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, start: tuple, end: tuple) -> None:
    assert parse_period(text) == (dt.date(*start), dt.date(*end))


def test_a_span_that_ends_before_it_starts_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="the period 2019-2014 ends before it starts"):
        parse_period("2019-2014")


@pytest.mark.parametrize("text", ["", "abc", "2019-13", "2019-00", "0000", "-2019", "2019-", "2019-01-01"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError is a refusal
        parse_period(text)


@pytest.mark.parametrize("text", ["1989", "1989-12", "1989-2019", "2101", "2101-01", "2019-2101", "9999"])
def test_a_period_outside_1990_to_2100_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=f"the period {text} lies outside 1990 to 2100"):
        parse_period(text)


@pytest.mark.parametrize("text", ["2019", "2014-2019", "2019-01", "2019-12", "2020-02"])
def test_the_label_of_a_coverage_is_the_period_as_it_is_sent(text: str) -> None:
    assert Coverage("OIG", *parse_period(text)).label == text


def _watch() -> CoverageWatch:
    return CoverageWatch("office", "period")


def test_the_first_row_says_what_a_file_covers() -> None:
    watch = _watch()
    assert watch.complaint("OIG", "2019") is None
    assert watch.coverage == Coverage("OIG", dt.date(2019, 1, 1), dt.date(2019, 12, 31))
    assert watch.complaint("OIG", "2019") is None


@pytest.mark.parametrize(
    ("office", "period", "rule", "column"),
    [
        ("HQ", "2019", "coverage-one-office", "office"),
        ("OIG", "2018", "coverage-one-period", "period"),
        ("OIG", "2019-12", "coverage-one-period", "period"),
        ("OIG", "FY19", "coverage-period", "period"),
        ("HQ", "2018", "coverage-one-office", "office"),
    ],
)
def test_a_later_row_of_another_office_or_period_is_wrong(office: str, period: str, rule: str, column: str) -> None:
    watch = _watch()
    watch.complaint("OIG", "2019")
    found = watch.complaint(office, period)
    assert found is not None
    assert (found[0], found[2]) == (rule, column)
    assert watch.coverage == Coverage("OIG", *parse_period("2019"))


def test_a_row_that_does_not_say_its_office_or_period_says_nothing_of_the_file() -> None:
    watch = _watch()
    for office, period in (("", "2019"), ("OIG", ""), ("", "")):
        assert watch.complaint(office, period) is None
    found = watch.complaint("OIG", "2019-13")
    assert found is not None
    assert found[0] == "coverage-period"
    assert watch.coverage is None
