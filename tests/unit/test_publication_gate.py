"""The publication gate: a pass proves that every declared check ran, on every row there is."""

from types import SimpleNamespace
from typing import Any

import pytest

from expectations import publication_gate as gate
from expectations.publication_gate import ROW_COUNT, Outcome, Verdict, judge
from expectations.publication_suites import MAY_BE_EMPTY, suites

CHECK = SimpleNamespace(description="sums tie")
SUITES = {"mart_a": [CHECK], "mart_b": [CHECK]}
COUNTS = {"mart_a": 3, "mart_b": 4}


def _outcomes(**changes: Any) -> list[Outcome]:
    """Outcomes of a perfect run; a change replaces an outcome by its place, or leaves it out."""
    perfect = {
        "a_rows": Outcome("mart_a", ROW_COUNT, True, 3),
        "a_check": Outcome("mart_a", "sums tie", True, 0),
        "b_rows": Outcome("mart_b", ROW_COUNT, True, 4),
        "b_check": Outcome("mart_b", "sums tie", True, 0),
    }
    assert set(changes) <= set(perfect)
    return [item for item in (perfect | changes).values() if item is not None]


def _verdict(
    monkeypatch: pytest.MonkeyPatch, outcomes: list[Outcome], counts: dict[str, int], declared: dict = SUITES
) -> Verdict:
    monkeypatch.setattr("expectations.publication_suites.suites", lambda: declared)
    monkeypatch.setattr(gate, "_run", lambda *_: outcomes)
    return judge("", 7, counts)


def test_a_perfect_run_passes_and_says_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = _verdict(monkeypatch, _outcomes(), COUNTS)
    assert verdict.passed
    assert verdict.lines() == ["publication gate passed: build 7, 4 of 4 checks run, 7 of 7 rows evaluated"]


@pytest.mark.parametrize(
    "outcomes",
    [
        [],
        _outcomes(b_check=None),
        _outcomes(a_check=Outcome("mart_a", "sums tie", False, 1)),
        _outcomes(a_rows=Outcome("mart_a", ROW_COUNT, True, None)),
        _outcomes(a_rows=Outcome("mart_a", ROW_COUNT, True, 2)),
        _outcomes(b_rows=Outcome("mart_b", ROW_COUNT, False, 5)),
    ],
)
def test_a_run_with_anything_missing_or_wrong_is_red(monkeypatch: pytest.MonkeyPatch, outcomes: list[Outcome]) -> None:
    assert not _verdict(monkeypatch, outcomes, COUNTS).passed


def test_no_table_no_row_no_suite_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _verdict(monkeypatch, [], {}, declared={}).passed
    empty = _outcomes(a_rows=Outcome("mart_a", ROW_COUNT, True, 0))
    assert not _verdict(monkeypatch, empty, COUNTS | {"mart_a": 0}).passed


def test_only_a_table_that_may_be_empty_passes_empty_and_only_with_its_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = _outcomes(a_rows=Outcome("mart_a", ROW_COUNT, True, 0))
    failed = _outcomes(a_rows=Outcome("mart_a", ROW_COUNT, True, 0), a_check=Outcome("mart_a", "sums tie", False, 2))
    counts = COUNTS | {"mart_a": 0}
    monkeypatch.setattr("expectations.publication_suites.MAY_BE_EMPTY", frozenset({"mart_b"}))
    assert not _verdict(monkeypatch, empty, counts).passed
    monkeypatch.setattr("expectations.publication_suites.MAY_BE_EMPTY", frozenset({"mart_a"}))
    assert _verdict(monkeypatch, empty, counts).passed
    assert not _verdict(monkeypatch, failed, counts).passed


def test_every_table_that_may_be_empty_has_a_suite_and_no_money_is_among_them() -> None:
    assert MAY_BE_EMPTY
    assert set(suites()) >= MAY_BE_EMPTY
    assert not {"fct_investment_lines", "mart_osi_by_iscm", "mart_project_support_by_iscm"} & MAY_BE_EMPTY


def test_a_table_without_a_suite_and_a_suite_without_a_table_are_red(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _verdict(monkeypatch, _outcomes(), COUNTS | {"mart_c": 0}).passed
    assert not _verdict(monkeypatch, _outcomes(), {"mart_a": 7}).passed


def test_a_red_verdict_names_table_and_check(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = _outcomes(
        a_check=Outcome("mart_a", "sums tie", False, 12),
        b_check=Outcome("mart_b", "sums tie", False, None, "the check could not run: no such column"),
    )
    head, *rest = _verdict(monkeypatch, outcomes, COUNTS).lines()
    # a check that failed has run, one that could not run has not
    assert head == "publication gate RED: build 7, 3 of 4 checks run, 7 of 7 rows evaluated"
    assert rest == ["  mart_a: sums tie: 12", "  mart_b: sums tie: the check could not run: no such column"]


def test_a_check_that_raised_did_not_pass_whatever_it_says() -> None:
    raised = {"raised_exception": True, "exception_message": "no such column"}
    for info in (raised, {"some metric": raised, "other": {"raised_exception": False}}):
        result = SimpleNamespace(success=True, exception_info=info, result={})
        outcome = gate._outcome("mart_a", "sums tie", result)
        assert (outcome.passed, outcome.problem) == (False, "the check could not run: no such column")


def test_every_suite_holds_a_check_and_every_check_a_name() -> None:
    declared = suites()
    assert {name.partition("_")[0] for name in declared} == {"fct", "mart"}
    names = [check.description for checks in declared.values() for check in checks]
    assert all(declared.values())
    assert all(names)
    assert len(set(names)) == len(names) >= 12
