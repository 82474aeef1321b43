"""What is odd is held back: in no build, until a person accepts it; the database sees to that."""

import datetime as dt
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2 import errors

from ingestion.contract import contract
from iscm import steps
from iscm.acceptance import NotAcceptableError, accept
from tests.integration.support import change, counts, fetch, land, one, osi_file, session
from warehouse.settings import Settings

REASON = "Both offices confirmed that the line is theirs"
TOMORROW = dt.date.today() + dt.timedelta(days=1)


def _held(folder: Path, amounts: tuple[str, ...] = ("2.00",), name: str = "hq.csv") -> dict[str, Any]:
    """A file of another office whose first key stands in the one of OIG."""
    if one("auditor", "select count(*) from ops.submissions") == 0:
        assert land(osi_file(folder, ["1.00"], key="K"))["outcome"] == "accepted"
    return land(osi_file(folder, amounts, name, key="K", reporting_office="HQ"))


def _in_force() -> list[int]:
    return [number for (number,) in fetch("auditor", "select submission_id from ops.current_submissions order by 1")]


def _accept_by_hand(submission: int, finding: int = 1, until: str = "current_date + 1") -> None:
    change(
        "steward",
        "insert into ops.acceptances (submission_id, finding_number, reason, valid_until, accepted_by) "
        f"values ({submission}, {finding}, '{REASON}', {until}, 'a steward')",
    )


def test_a_key_that_stands_in_another_file_is_held_and_both_places_are_named(
    warehouse: Settings, tmp_path: Path
) -> None:
    assert contract("osi_allocations").key_forever
    answer = _held(tmp_path)
    (finding,) = answer["findings"]
    assert (answer["outcome"], finding["rule_id"], finding["severity"]) == ("quarantined", "key-earlier", "warning")
    assert (finding["row"], finding["column"], finding["value"]) == (2, "allocation_id", "K-0")
    assert "osi.csv already (submission 1, row 2)" in finding["message"]
    text = (warehouse.outbox / "osi_allocations" / "hq.csv.2.txt").read_text()
    assert text.startswith("hq.csv: quarantined, submission 2")
    assert "iscm accept" in text


@pytest.mark.parametrize("feed", ["osi_allocations", "project_ledger", "contributions"])
def test_the_feeds_of_money_use_no_key_twice(feed: str) -> None:
    assert contract(feed).key_forever


def test_a_key_may_stand_again_in_what_takes_the_place_of_its_file(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00"], key="K"))
    assert land(osi_file(tmp_path, ["2.00"], key="K"))["outcome"] == "accepted"


def test_a_key_of_a_file_that_is_held_or_rejected_is_free(warehouse: Settings, tmp_path: Path) -> None:
    _held(tmp_path, ("2.00", "3.00"))
    assert land(osi_file(tmp_path, ["x"], key="R"))["outcome"] == "rejected"
    for key in ("K-1", "R"):
        answer = land(osi_file(tmp_path, ["5.00"], f"{key}.csv", key=key, reporting_office="CO-NEPAL"))
        assert answer["outcome"] == "accepted", answer["findings"]


def test_what_is_held_is_neither_in_force_nor_built(warehouse: Settings, tmp_path: Path) -> None:
    _held(tmp_path)
    assert _in_force() == [1]
    assert one("auditor", "select count(*) from raw.osi_allocations where _submission_id = 2") == 1
    assert steps.open_build() == "build 1: 1 submissions"
    assert fetch("auditor", "select submission_id from ops.build_inputs") == [(1,)]
    assert [line for line in steps.pending()[1] if "hq.csv" in line] == []


def test_the_same_bytes_again_are_still_held_and_are_the_same_submission(warehouse: Settings, tmp_path: Path) -> None:
    first, again = _held(tmp_path), _held(tmp_path, name="again.csv")
    assert (again["outcome"], again["submission"], again["findings"]) == ("quarantined", 2, first["findings"])
    assert one("auditor", "select count(*) from ops.submissions") == 2
    assert one("auditor", "select count(*) from ops.arrivals where submission_id = 2") == 2


@pytest.mark.parametrize("role", ["loader", "steward"])
def test_the_database_admits_nothing_with_an_open_warning(warehouse: Settings, tmp_path: Path, role: Any) -> None:
    _held(tmp_path)
    with pytest.raises(errors.RaiseException, match="has warnings that nobody has accepted"):
        change(role, "insert into ops.admissions (submission_id) values (2)")
    assert _in_force() == [1]
    _accept_by_hand(2)
    change(role, "insert into ops.admissions (submission_id) values (2)")
    assert _in_force() == [1, 2]


@pytest.mark.parametrize("role", ["loader", "steward", "postgres"])
def test_the_database_admits_nothing_that_was_rejected_or_never_received(
    warehouse: Settings, tmp_path: Path, role: Any
) -> None:
    assert land(osi_file(tmp_path, ["abc"]))["outcome"] == "rejected"
    with pytest.raises(errors.RaiseException, match="submission 1 was rejected and cannot come into force"):
        change(role, "insert into ops.admissions (submission_id) values (1)")
    with pytest.raises(errors.ForeignKeyViolation):
        change(role, "insert into ops.admissions (submission_id) values (99)")
    assert _in_force() == []


def test_a_submission_is_admitted_and_replaced_once(warehouse: Settings, tmp_path: Path) -> None:
    for amount in ("1.00", "2.00"):
        land(osi_file(tmp_path, [amount]))
    with pytest.raises(errors.UniqueViolation):
        change("loader", "insert into ops.admissions (submission_id) values (1)")
    land(osi_file(tmp_path, ["3.00"], reporting_office="HQ"))
    with session("postgres") as run, pytest.raises(psycopg2.Error):
        run.execute("insert into ops.admissions (submission_id, supersedes) values (3, 1)")


@pytest.mark.parametrize(
    "wrong",
    ["reason = 'too short'", "accepted_by = 'x'", "valid_until = current_date", "valid_until = current_date + 500"],
)
def test_an_acceptance_needs_a_reason_a_name_and_a_day(warehouse: Settings, tmp_path: Path, wrong: str) -> None:
    _held(tmp_path)
    values = {"reason": f"'{REASON}'", "accepted_by": "'a steward'", "valid_until": "current_date + 30"}
    name, value = wrong.split(" = ", 1)
    values[name] = value
    with pytest.raises(errors.CheckViolation):
        change(
            "steward",
            f"insert into ops.acceptances (submission_id, finding_number, {', '.join(values)}) "
            f"values (2, 1, {', '.join(values.values())})",
        )


def test_what_is_accepted_comes_into_force_and_the_same_bytes_are_a_duplicate(
    warehouse: Settings, tmp_path: Path
) -> None:
    _held(tmp_path, ("2.00", "3.00"))
    (warehouse.drop / "osi_allocations").mkdir(parents=True)
    assert accept(2, [], REASON, TOMORROW, "a steward")
    assert _in_force() == [1, 2]
    again = _held(tmp_path, ("2.00", "3.00"))
    assert (again["outcome"], again["submission"]) == ("duplicate", 2)
    with pytest.raises(NotAcceptableError):
        accept(2, [], REASON, TOMORROW, "a steward")


def test_what_is_accepted_takes_the_place_of_what_stood(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["7.00"], "old.csv", key="OLD", reporting_office="HQ"))
    land(osi_file(tmp_path, ["1.00"], key="K"))
    held = land(osi_file(tmp_path, ["2.00"], "hq.csv", key="K", reporting_office="HQ"))
    assert (held["outcome"], held["superseded"]) == ("quarantined", 1)
    assert _in_force() == [1, 2]
    (warehouse.drop / "osi_allocations").mkdir(parents=True)
    accept(3, [1], REASON, TOMORROW, "a steward")
    assert _in_force() == [2, 3]
    assert fetch("auditor", "select supersedes, admitted_by from ops.admissions where submission_id = 3") == [
        (1, "steward")
    ]


def test_an_acceptance_of_one_finding_leaves_the_others_open(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00", "2.00"], key="K"))
    assert len(land(osi_file(tmp_path, ["3.00", "4.00"], "hq.csv", key="K", reporting_office="HQ"))["findings"]) == 2
    assert "still open: finding 2" in accept(2, [1], REASON, TOMORROW, "a steward")
    assert _in_force() == [1]
    before = counts()
    with pytest.raises(NotAcceptableError, match="finding 1 of submission 2 is not open"):
        accept(2, [1, 2], REASON, TOMORROW, "a steward")
    assert counts() == before


def test_what_was_accepted_is_a_note_until_it_expires(warehouse: Settings, tmp_path: Path) -> None:
    _held(tmp_path)
    _accept_by_hand(2)
    again = _held(tmp_path, ("2.50",))
    (finding,) = again["findings"]
    assert (again["outcome"], finding["severity"], finding["rule_id"]) == ("accepted", "note", "key-earlier")
    assert f"accepted by a steward until {TOMORROW}: {REASON}" in finding["message"]
    other = land(osi_file(tmp_path, ["9.00"], "nepal.csv", key="K", reporting_office="CO-NEPAL"))
    assert other["outcome"] == "quarantined", "what one office may do, another may not"


def test_what_was_accepted_and_has_expired_is_held_again(warehouse: Settings, tmp_path: Path) -> None:
    _held(tmp_path)
    change(
        "postgres",
        "insert into ops.acceptances (submission_id, finding_number, reason, valid_until, accepted_by, accepted_at) "
        f"values (2, 1, '{REASON}', current_date - 1, 'a steward', current_date - 30)",
    )
    assert _held(tmp_path, ("2.50",))["outcome"] == "quarantined"
    assert _in_force() == [1]


def test_a_last_day_counts_as_a_whole(warehouse: Settings, tmp_path: Path) -> None:
    _held(tmp_path)
    change(
        "postgres",
        "insert into ops.acceptances (submission_id, finding_number, reason, valid_until, accepted_by, accepted_at) "
        f"values (2, 1, '{REASON}', current_date, 'a steward', current_date - 30)",
    )
    assert _held(tmp_path, ("2.50",))["outcome"] == "accepted"


def test_the_gates_verdict_is_kept_with_what_it_compared(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00"] * 30))
    later = {"period_start": "2020-01-01", "period_end": "2020-12-31", "as_of_date": "2020-12-31"}
    answer = land(osi_file(tmp_path, ["1000.00"] * 30, "2020.csv", reporting_period="2020", **later))
    assert answer["outcome"] == "quarantined"
    assert {finding["rule_id"] for finding in answer["findings"]} >= {"delivery-magnitude"}
    ((oddities, declared, run, present, evaluated, compared),) = fetch(
        "auditor",
        "select oddities, checks_declared, checks_run, rows_present, rows_evaluated, compared_with "
        "from ops.delivery_verdicts where submission_id = 2",
    )
    assert (oddities, compared) == (len(answer["findings"]), [1])
    assert declared == run > 0
    assert present == evaluated > 0
