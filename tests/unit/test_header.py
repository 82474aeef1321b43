"""Headings are matched by declared name or alias, never by position."""

import pytest

from ingestion.header import match_header
from ingestion.readers import Table
from tests.unit.builders import osi

NAMES = osi().names


def _match(*headings: str | None) -> tuple[dict[str, int], list[tuple[str, str | None, str | None]]]:
    header, findings = match_header(Table("Export", 3, headings, iter(())), osi())
    assert all((f.sheet, f.row, f.severity) == ("Export", 3, "blocking") for f in findings)
    return header.positions, [(f.rule, f.column, f.value) for f in findings]


def _with(name: str, heading: str | None) -> list[str | None]:
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
        ("header-unknown", "9. column", cyrillic),
        ("header-missing", "amount", None),
    ]


def test_columns_that_start_with_x_are_the_senders_own() -> None:
    positions, findings = _match("x_note", *NAMES, "X_Note", "x_note")
    assert findings == []
    assert positions["allocation_id"] == 1
    assert set(positions) == set(NAMES)


def test_a_missing_column_is_named() -> None:
    assert _match(*(name for name in NAMES if name != "currency"))[1] == [("header-missing", "currency", None)]


def test_a_repeated_column_is_named_also_when_one_of_them_is_an_alias() -> None:
    place = f"{len(NAMES) + 1}. column"
    assert _match(*NAMES, "amount")[1] == [("header-repeated", place, "amount")]
    assert _match(*NAMES, "amount usd")[1] == [("header-repeated", place, "amount usd")]


def test_a_blank_heading_is_named_by_its_place() -> None:
    assert _match(None, *NAMES)[1] == [("header-blank", "1. column", None)]


def test_an_unknown_heading_is_named() -> None:
    assert _match(*NAMES, "remarks")[1] == [("header-unknown", f"{len(NAMES) + 1}. column", "remarks")]


def test_every_fault_of_a_heading_is_said_at_once() -> None:
    rules = [rule for rule, _, _ in _match(None, "remarks", "amount", "amount")[1]]
    assert rules[:3] == ["header-blank", "header-unknown", "header-repeated"]
    assert rules[3:] == ["header-missing"] * (len(NAMES) - 1)
