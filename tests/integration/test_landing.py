"""Landing: accepted as a whole or refused as a whole, answered in the outbox, corrected by sending again."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingestion.outbox import write_answer
from iscm.cli import main
from iscm.submitting import land_file
from tests.integration.support import control_file, fetch, land, landed, ledger_file, one, osi_file
from tests.unit.workbooks import workbook
from warehouse.settings import Settings


def _amounts_in_force() -> list[str]:
    query = """
        select r.amount from raw.osi_allocations as r
        join ops.current_submissions as s on r._submission_id = s.submission_id order by r._row_number
    """
    return [amount for (amount,) in fetch("auditor", query)]


def test_one_wrong_cell_keeps_the_whole_file_out_and_is_named(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path, ["1.00", "abc", "3.00"])
    answer = land(path)
    assert answer["outcome"] == "rejected"
    assert landed() == (1, 0)
    assert fetch(
        "auditor", "select severity, sheet, row_number, column_name, value, rule_id, message from ops.findings"
    ) == [
        (
            "blocking", None, 3, "amount", "abc", "value-number",
            "write a plain number like 1234.56: digits 0 to 9, a point, at most 2 decimals; "
            "no grouping, no currency, no brackets, minus in front",
        )
    ]  # fmt: skip
    digest = answer["sha256"]
    assert (warehouse.archive / digest[:2] / digest).read_bytes() == path.read_bytes()


def test_a_wrong_cell_of_a_workbook_is_named_with_its_sheet(warehouse: Settings, tmp_path: Path) -> None:
    header, row = (line.split(",") for line in osi_file(tmp_path, ["abc"]).read_text().splitlines())
    land(workbook(tmp_path, [header, [cell or None for cell in row]]))
    assert fetch("auditor", "select sheet, row_number, column_name, value from ops.findings") == [
        ("Export", 2, "amount", "abc")
    ]


def test_the_answer_lies_in_the_outbox_of_the_feed(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["abc"], "wrong.csv"))
    land(osi_file(tmp_path, ["1.00"], "right.csv"))
    outbox = warehouse.outbox / "osi_allocations"
    assert sorted(path.name for path in outbox.iterdir()) == [
        "right.csv.2.json", "right.csv.2.txt",
        "wrong.csv.1.findings.xlsx", "wrong.csv.1.json", "wrong.csv.1.txt",
    ]  # fmt: skip
    wrong = (outbox / "wrong.csv.1.txt").read_text()
    assert "wrong.csv, row 2, column amount: write a plain number" in wrong
    assert "(found: 'abc') [value-number]" in wrong
    assert "right.csv: accepted, submission 2, 1 rows; USD 1.00" in (outbox / "right.csv.2.txt").read_text()
    assert json.loads((outbox / "wrong.csv.1.json").read_text())["findings"][0]["row"] == 2


def test_the_same_bytes_again_change_nothing_under_any_name(warehouse: Settings, tmp_path: Path) -> None:
    first = land(osi_file(tmp_path, ["1.00", "2.00"]))
    again = land(osi_file(tmp_path, ["1.00", "2.00"], "other name.csv"))
    assert (first["outcome"], first["submission"]) == ("accepted", 1)
    assert (again["outcome"], again["submission"], again["in_force"]) == ("duplicate", 1, None)
    assert (again["file"], again["rows"], again["totals"]) == ("other name.csv", first["rows"], first["totals"])
    assert landed() == (1, 2)
    assert one("auditor", "select array_agg(file_name order by arrival_id) from ops.arrivals") == [
        "osi.csv",
        "other name.csv",
    ]


def test_the_receipt_of_an_accepted_file_outlives_the_same_bytes_again(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path, ["1.00"])
    land(path)
    receipt = warehouse.outbox / "osi_allocations" / "osi.csv.1.txt"
    assert "accepted" in receipt.read_text()
    land(path)
    assert "osi.csv: accepted" in receipt.read_text()


def test_known_bytes_that_were_superseded_name_what_is_in_force(warehouse: Settings, tmp_path: Path) -> None:
    first = osi_file(tmp_path / "first", ["1.00"])
    land(first)
    land(osi_file(tmp_path, ["2.00"]))
    land(osi_file(tmp_path, ["3.00"]))
    again = land(first)
    assert (again["outcome"], again["submission"], again["in_force"]) == ("duplicate", 1, 3)
    receipt = warehouse.outbox / "osi_allocations" / "osi.csv.4.txt"
    assert "submission 3 has taken their place and stays in force" in receipt.read_text()
    assert _amounts_in_force() == ["3.00"]


def test_refused_bytes_again_are_judged_anew_and_refused_with_the_same_findings(
    warehouse: Settings, tmp_path: Path
) -> None:
    path = osi_file(tmp_path, ["abc"])
    first = land_file(path, "osi_allocations")
    again = land_file(path, "osi_allocations")
    assert [finding.rule for finding in first.findings] == ["value-number"]
    assert (again.outcome, again.findings) == ("rejected", first.findings)
    assert (first.submission, again.submission, first.arrival, again.arrival) == (1, 2, 1, 2)
    assert landed() == (2, 0)
    assert fetch("auditor", "select submission_id, outcome, sha256 from ops.submissions order by 1") == [
        (number, "rejected", first.sha256) for number in (1, 2)
    ]


def test_refused_bytes_whose_cause_is_gone_are_accepted(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path, ["1.00"], "osi.txt")
    refused = land(path)
    assert (refused["outcome"], refused["submission"]) == ("rejected", 1)
    accepted = land(path.rename(tmp_path / "osi.csv"))
    assert (accepted["outcome"], accepted["submission"]) == ("accepted", 2)
    assert refused["sha256"] == accepted["sha256"]
    assert landed() == (2, 1)


def test_a_correction_takes_the_place_of_the_whole_file_and_both_stay(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00", "2.00", "3.00"]))
    answer = land(osi_file(tmp_path, ["1.00", "2.50"]))
    assert (answer["outcome"], answer["superseded"]) == ("accepted", 1)
    assert _amounts_in_force() == ["1.00", "2.50"]
    assert landed() == (2, 5)


def test_another_office_another_period_and_another_feed_stand_beside_it(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00"]))
    others = [
        land(osi_file(tmp_path, ["2.00"], reporting_office="CO-NEPAL")),
        land(osi_file(tmp_path, ["3.00"], reporting_period="2018", period_start="2018-01-01", period_end="2018-12-31")),
    ]
    assert [(other["outcome"], other["superseded"]) for other in others] == [("accepted", None)] * 2
    assert sorted(_amounts_in_force()) == ["1.00", "2.00", "3.00"]


@pytest.mark.parametrize("period", ["2014-2019", "2019-12", "2019-2020"])
def test_a_period_that_overlaps_with_another_is_refused(warehouse: Settings, tmp_path: Path, period: str) -> None:
    land(osi_file(tmp_path, ["1.00"]))
    december = {"period_start": "2019-12-01", "period_end": "2019-12-31", "reporting_period": period}
    answer = land(osi_file(tmp_path, ["2.00"], **december))
    assert (answer["outcome"], [f["rule_id"] for f in answer["findings"]]) == ("rejected", ["coverage-overlap"])
    assert "submission 1 (osi.csv: 2019-01-01 to 2019-12-31)" in answer["findings"][0]["message"]
    assert _amounts_in_force() == ["1.00"]
    assert landed() == (2, 1)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [("reporting_office", "CO-NEPAL", "coverage-one-office"), ("reporting_period", "2018-2019", "coverage-one-period")],
)
def test_two_offices_or_two_periods_in_one_file_are_refused(
    warehouse: Settings, tmp_path: Path, column: str, value: str, rule: str
) -> None:
    first = osi_file(tmp_path, ["1.00", "2.00"])
    second = osi_file(tmp_path / "other", ["1.00", "2.00"], **{column: value})
    mixed = tmp_path / "mixed.csv"
    mixed.write_text("".join([*first.open().readlines()[:2], second.open().readlines()[2]]))
    answer = land(mixed)
    assert answer["outcome"] == "rejected"
    assert [(f["rule_id"], f["row"], f["column"], f["value"]) for f in answer["findings"]] == [(rule, 3, column, value)]
    assert landed() == (1, 0)


@pytest.mark.parametrize(
    "text", ["a\n\\.\nb", "\\N", "NULL", '"', "x,\ty", "'; drop table raw.posts; --", "{{ 1 }}", "%s"]
)
def test_text_that_means_something_elsewhere_lands_as_it_stands(warehouse: Settings, tmp_path: Path, text: str) -> None:
    assert land(osi_file(tmp_path, ["1.00", "2.00"], footnote=text))["outcome"] == "accepted"
    assert fetch("auditor", "select footnote from raw.osi_allocations") == [(text,), (text,)]


def test_the_file_leaves_the_drop_folder_once_it_is_answered(warehouse: Settings, tmp_path: Path) -> None:
    for name, amount in (("right.csv", "1.00"), ("wrong.csv", "abc")):
        path = osi_file(tmp_path, [amount], name)
        land_file(path, "osi_allocations", take=True)
        assert not path.exists()
    assert len(list((warehouse.outbox / "osi_allocations").glob("*.txt"))) == 2


def test_a_correction_dropped_under_the_same_name_meanwhile_stays(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = osi_file(tmp_path, ["1.00"])

    def correct_first(*arguments) -> Path:
        osi_file(tmp_path / "new", ["2.00"]).replace(path)
        return write_answer(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr("iscm.submitting.write_answer", correct_first)
        assert land_file(path, "osi_allocations", take=True).submission == 1
    assert _amounts_in_force() == ["1.00"]
    assert path.exists()
    answer = land_file(path, "osi_allocations", take=True)
    assert (answer.outcome, answer.superseded) == ("accepted", 1)
    assert _amounts_in_force() == ["2.00"]
    assert not path.exists()


def test_the_command_ends_with_0_for_accepted_and_known_and_with_3_for_refused(
    warehouse: Settings, tmp_path: Path
) -> None:
    right, wrong = osi_file(tmp_path / "osi_allocations", ["1.00"], "r.csv"), osi_file(tmp_path, ["abc"], "w.csv")
    run = CliRunner()
    assert [run.invoke(main, ["land", str(right)]).exit_code for _ in range(2)] == [0, 0]
    refused = [run.invoke(main, ["land", "--feed", "osi_allocations", "--json", str(wrong)]) for _ in range(2)]
    assert [result.exit_code for result in refused] == [3, 3]
    assert json.loads(refused[0].output)["finding_count"] == 1


def test_the_senders_own_columns_land_with_their_row(warehouse: Settings, tmp_path: Path) -> None:
    header, *rows = osi_file(tmp_path, ["1.00", "2.00"]).read_text().splitlines()
    path = tmp_path / "own.csv"
    path.write_text(
        "\n".join([f"{header},x_ref", f'{rows[0]},"a ""b"", \u00e9"', f"{rows[1]},"]) + "\n", encoding="utf-8"
    )
    assert land(path)["outcome"] == "accepted"
    found = fetch("auditor", "select _own::json ->> 'x_ref' from raw.osi_allocations order by _row_number")
    assert found == [('a "b", \u00e9',), ("",)]


@pytest.mark.parametrize("control", ["ledger.csv.control.csv", "ledger.control.csv"])
def test_control_totals_beside_a_file_are_taken_with_it_under_either_name(
    warehouse: Settings, tmp_path: Path, control: str
) -> None:
    path = ledger_file(tmp_path, ["1.00", "2.50"])
    beside = (tmp_path / "ledger.csv.control.csv").rename(tmp_path / control)
    digest = hashlib.sha256(beside.read_bytes()).hexdigest()
    answer = land_file(path, "project_ledger", take=True)
    assert (answer.outcome, answer.control_sha256) == ("accepted", digest)
    assert fetch("auditor", "select control_sha256 from ops.submissions") == [(digest,)]
    assert (warehouse.archive / digest[:2] / digest).exists()
    assert list(tmp_path.glob("*.csv")) == []


def test_a_ledger_is_let_in_with_right_control_totals_only(warehouse: Settings, tmp_path: Path) -> None:
    path = ledger_file(tmp_path, ["1.00", "2.50"])
    beside = tmp_path / "ledger.csv.control.csv"
    beside.unlink()
    assert [f["rule_id"] for f in land(path, "project_ledger")["findings"]] == ["control-missing"]
    for lines, rule in (
        ([("USD", 3, "3.50")], "control-rows"),
        ([("USD", 2, "3.51")], "control-sum"),
        ([], "control-currency"),
    ):
        control_file(path, lines)
        answer = land(path, "project_ledger")
        assert (answer["outcome"], [f["rule_id"] for f in answer["findings"]]) == ("rejected", [rule])
    assert one("auditor", "select count(*) from raw.project_ledger") == 0
    control_file(path, [("USD", 2, "3.50")])
    assert land(path, "project_ledger")["outcome"] == "accepted"
    assert one("auditor", "select count(*) from raw.project_ledger") == 2
