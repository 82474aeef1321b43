"""The delivery gate: a pass proves that every declared check ran, on every figure there is, to the last cent."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from expectations import delivery_gate as gate
from expectations import delivery_suites as suites
from expectations.delivery_gate import Checked, Delivery, judge
from tests.unit.deliveries import delivery


@pytest.mark.parametrize("done", [Checked(2, 1, frozenset()), Checked(3, 0, frozenset()), Checked(0, 0, frozenset())])
def test_a_check_that_did_not_run_holds_the_file(monkeypatch: pytest.MonkeyPatch, done: Checked) -> None:
    monkeypatch.setattr(gate, "_run", lambda _: done)
    verdict = judge(delivery("2019", {("A", "2018"): 5, ("A", "2019"): 5}), [])
    assert not verdict.passed
    [oddity] = verdict.oddities
    assert (oddity.rule, oddity.scope) == ("delivery-gate", "delivery-gate 2019")
    assert f"{done.checks_run} of 3 checks run, {done.rows_evaluated} of 1 figures evaluated" in oddity.message


def _result(success: bool, **result: object) -> SimpleNamespace:
    return SimpleNamespace(success=success, result=result)


def test_a_result_is_read_with_distrust() -> None:
    good, odd = _result(True, element_count=2), _result(False, element_count=2, unexpected_index_list=[{"place": 1}])
    counted = _result(True, observed_value=2)
    assert gate._read([counted, good, odd]) == Checked(3, 2, frozenset({1}))
    assert gate._read([_result(False), good, good]).checks_run == 2
    for broken in (_result(False), _result(True), _result(False, element_count=2), _result(True, element_count=0)):
        assert gate._read([counted, broken, good]) == Checked(2, 0, frozenset())
    assert gate._read([counted, _result(True, element_count=2, missing_count=1), good]).rows_evaluated == 1


def test_nothing_that_is_missing_or_no_number_can_pass() -> None:
    fine = suites.Comparison("", "", Decimal(1), Decimal(1), Decimal(1), "", "", ())
    for broken in ({"value": None}, {"least": None}, {"most": None}, {"value": Decimal("NaN")}):
        done = gate._run([fine, suites.Comparison(**(fine.__dict__ | broken))])
        assert done.checks_run < 3 or done.places == {1}


def test_the_library_is_not_loaded_when_nothing_is_comparable() -> None:
    code = (
        "import sys; from datetime import date; from expectations.delivery_gate import Delivery, judge;"
        "judge(Delivery(1, 'RO', date(2019, 1, 1), date(2019, 12, 31), ()), []);"
        "print(sorted({'great_expectations', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_hash_names_the_rules() -> None:
    assert len(judge(delivery("2019", {}), []).rules_sha256) == 64


@pytest.mark.parametrize(
    ("start", "end", "period"),
    [
        (date(2019, 7, 1), date(2019, 7, 31), "2019-07"),
        (date(2019, 1, 1), date(2019, 12, 31), "2019"),
        (date(2014, 1, 1), date(2019, 12, 31), "2014-2019"),
        (date(2019, 4, 1), date(2019, 6, 30), "2019-04 to 2019-06"),
    ],
)
def test_a_period_is_written_as_in_the_file(start: date, end: date, period: str) -> None:
    assert Delivery(1, "RO", start, end, ()).period == period
