"""Headings are matched by declared name or alias, never by position."""

import pytest

from ingestion.contract import contract
from ingestion.findings import Finding
from ingestion.header import Header, match_header, normal
from ingestion.readers import Table
from tests.unit.builders import osi

NAMES = osi().names


def _header(*headings: str) -> tuple[Header, list[Finding]]:
    return match_header(Table("Export", 3, headings, iter(())), osi())


def _match(*headings: str) -> tuple[dict[str, int], list[tuple[str, str | None, str | None, str | None]]]:
    header, findings = _header(*headings)
    assert all((f.sheet, f.row, f.severity) == ("Export", 3, "blocking") for f in findings)
    return header.positions, [(f.rule, f.column, f.value, f.cell) for f in findings]


def _with(name: str, heading: str) -> list[str]:
    return [heading if column == name else column for column in NAMES]


def test_declared_names_are_found_in_any_order() -> None:
    positions, findings = _match(*reversed(NAMES))
    assert findings == []
    assert positions == {name: len(NAMES) - 1 - place for place, name in enumerate(NAMES)}


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("member_code", "iscm"),  # alias
        ("amount", "Amount USD"),  # alias of two words
        ("amount_basis", "BASIS"),
        ("as_of_date", "As of\n date"),
        ("amount", "  amount\t"),
        ("amount", "ａｍｏｕｎｔ"),  # noqa: RUF001 - full-width letters are the same letters
        ("amount", "amount\u00a0usd"),  # no-break space
    ],
)
def test_a_heading_that_differs_only_in_its_writing_is_the_same(name: str, heading: str) -> None:
    positions, findings = _match(*_with(name, heading))
    assert findings == []
    assert positions[name] == NAMES.index(name)


def test_a_letter_of_another_script_is_not_the_same() -> None:
    cyrillic = "\u0430mount"
    assert _match(*_with("amount", cyrillic))[1] == [
        ("header-unknown", cyrillic, cyrillic, "I3"),
        ("header-missing", "amount", None, None),
    ]


def test_columns_that_start_with_x_are_the_senders_own() -> None:
    header, findings = _header("x_note", *NAMES, "X Ref")
    assert findings == []
    assert header.positions["allocation_id"] == 1
    assert set(header.positions) == set(NAMES)
    assert header.own == {"x_note": 0, "x_ref": len(NAMES) + 1}
    assert header.width == len(NAMES) + 2


def test_an_own_column_stands_once() -> None:
    assert _match(*NAMES, "x_note", "X Note")[1] == [("header-repeated", "X Note", "X Note", "R3")]


def test_a_missing_column_is_named() -> None:
    assert _match(*(name for name in NAMES if name != "currency"))[1] == [("header-missing", "currency", None, None)]


def test_a_column_that_may_be_absent_is_not_missed_and_any_other_is() -> None:
    posts = contract("posts")
    young = [column.name for column in posts.columns if column.may_be_absent]
    assert young == ["recovered", "valid_from", "valid_to", "grade"]
    old = [name for name in posts.names if name not in young]
    header, findings = match_header(Table(None, 1, old, iter(())), posts)
    assert (findings, set(header.positions)) == ([], set(old))
    assert [f.column for f in match_header(Table(None, 1, old[1:], iter(())), posts)[1]] == ["post_id"]


def test_a_repeated_column_is_named_also_when_one_of_them_is_an_alias() -> None:
    assert _match(*NAMES, "amount")[1] == [("header-repeated", "amount", "amount", "Q3")]
    assert _match(*NAMES, "amount usd")[1] == [("header-repeated", "amount usd", "amount usd", "Q3")]


@pytest.mark.parametrize("heading", ["", " ", "\u00a0\t"])
def test_a_blank_heading_is_named_by_its_place(heading: str) -> None:
    assert [(rule, column, cell) for rule, column, _, cell in _match(heading, *NAMES)[1]] == [
        ("header-blank", "1. column", "A3")
    ]


def test_an_unknown_heading_is_named() -> None:
    assert _match(*NAMES, "remarks")[1] == [("header-unknown", "remarks", "remarks", "Q3")]


def test_every_fault_of_a_heading_is_said_at_once() -> None:
    rules = [rule for rule, *_ in _match("", "remarks", "amount", "amount")[1]]
    assert rules[:3] == ["header-blank", "header-unknown", "header-repeated"]
    assert rules[3:] == ["header-missing"] * (len(NAMES) - 1)


def test_a_cell_is_named_by_its_column_and_row() -> None:
    header, _ = _header("x_note", *NAMES)
    assert (header.cell("amount", 48), header.cell("x_note", 2)) == ("J48", "A2")
    assert header.cell("amount", None) is header.cell("no column", 2) is header.cell(None, 2) is None
    assert [header.name(place) for place in (0, 1, 99)] == ["x_note", "allocation_id", None]


@pytest.mark.parametrize("heading", ["amount_usd", " Amount\nUSD ", "AMOUNT\u00a0\u2003usd"])
def test_writings_of_a_heading_are_compared_as_one(heading: str) -> None:
    assert normal(heading) == "amount_usd"
