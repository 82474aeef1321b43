"""Rules over several columns of one row, by the name under which contracts call them."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from ingestion.contract import RowRule
from ingestion.coverage import Coverage

TOTAL = (
    r"^(grand|sub|sous)?[ _-]*(totals?|subtotals?|sum|summe|suma|somme|gesamt)$"
    r"|^(.* )?(sub-?|grand |sous-)?totals?([ :].*)?$"
)
"""What a key or subject says whose row is the sum of others (any case)."""

SPOILT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
"""What a spreadsheet makes of a document number such as 2019-3-1 or MAR1."""

Values = Mapping[str, str | None]
Check = Callable[[Values, Mapping[str, Any], Coverage | None], str | None]
"""Gives the name of the column at fault, or None. Dates are ISO text here, which sorts as dates do."""


def _not_before(row: Values, rule: Mapping[str, Any], _: Coverage | None) -> str | None:
    value, other = row[rule["column"]], row[rule["other"]]
    return rule["column"] if value and other and value < other else None


def _same_year(row: Values, rule: Mapping[str, Any], _: Coverage | None) -> str | None:
    value, other = row[rule["column"]], row[rule["other"]]
    return rule["column"] if value and other and value[:4] != other[:4] else None


def _within_coverage(row: Values, rule: Mapping[str, Any], coverage: Coverage | None) -> str | None:
    if coverage is None:
        return None
    start, end = coverage.start.isoformat(), coverage.end.isoformat()
    outside = (name for name in rule["columns"] if (value := row[name]) and not start <= value <= end)
    return next(outside, None)


def _applies(row: Values, rule: Mapping[str, Any]) -> bool:
    value = row[rule["when"]]
    return value is not None if rule.get("filled") else value in rule["in"]


def _required_when(row: Values, rule: Mapping[str, Any], _: Coverage | None) -> str | None:
    return rule["column"] if _applies(row, rule) and row[rule["column"]] is None else None


def _blank_when(row: Values, rule: Mapping[str, Any], _: Coverage | None) -> str | None:
    return rule["column"] if _applies(row, rule) and row[rule["column"]] is not None else None


def _named_when_negative(row: Values, rule: Mapping[str, Any], _: Coverage | None) -> str | None:
    amount, name = row[rule["other"]], rule["column"]
    return name if amount and amount.startswith("-") and row[name] is None else None


def _required_above(row: Values, rule: Mapping[str, Any], _: Coverage | None) -> str | None:
    amount, name = row[rule["other"]], rule["column"]
    return name if amount and row[name] is None and Decimal(amount) > Decimal(rule["limit"]) else None


ROW_CHECKS: dict[str, Check] = {
    "not_before": _not_before,
    "same_year": _same_year,
    "within_coverage": _within_coverage,
    "required_when": _required_when,
    "blank_when": _blank_when,
    "named_when_negative": _named_when_negative,
    "required_above": _required_above,
}


def at_fault(rule: RowRule, row: Mapping[str, str], coverage: Coverage | None) -> str | None:
    """The column at fault when `row`, with "" for blanks, breaks the rule; None when it does not."""
    filled = {name: value or None for name, value in row.items()}
    return ROW_CHECKS[rule.check](filled, rule.settings, coverage)
