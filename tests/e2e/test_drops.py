"""What happens to later files: refused with their place, known, or taking the place of an earlier one."""

import csv
import io
import os
import shutil
import time
from decimal import Decimal

import pytest

from tests.airflow_api import Airflow
from tests.stack import LIMIT_SECONDS, ROOT, Stack

pytestmark = pytest.mark.stack

SAMPLE = ROOT / "sample" / "osi_allocations" / "2014-2019_OIG.csv"
UNBUILT = """
select submission_id from ops.current_submissions
where submission_id not in (select submission_id from ops.build_inputs)
"""


def drop(stack: Stack, name: str, content: str | bytes, feed: str = "osi_allocations") -> None:
    """Drop a file the way people do, and wait until it was taken and all that came of it has ended."""
    aside = stack.home / name
    aside.write_bytes(content if isinstance(content, bytes) else content.encode())
    arrivals = stack.query("select count(*) from ops.arrivals")
    shutil.move(aside, stack.home / "drop" / feed / name)
    until = time.monotonic() + LIMIT_SECONDS
    airflow = Airflow(stack)
    while (
        stack.query("select count(*) from ops.arrivals") == arrivals
        or any(run["state"] in ("running", "queued") for run in airflow.runs("drop"))
        or stack.query(UNBUILT)  # between the run that announces and the build there is a moment
        or any(run["state"] in ("running", "queued") for run in airflow.runs("build"))
    ):
        assert time.monotonic() < until, f"{name} was not answered"
        time.sleep(1)


def published(stack: Stack) -> tuple[list[tuple], list[tuple]]:
    """The publication that stands, and all money it shows."""
    return (
        stack.query("select publication_number, data_sha256 from marts.current_publication"),
        stack.query(
            "select member_code, fiscal_year, funding_source_class, amount_usd"
            " from marts.mart_osi_by_iscm order by 1, 2, 3"
        ),
    )


def other_file(amounts: dict[int, str]) -> str:
    """An export of another office: 100 allocations to an ISCM outside the evaluation's selection, one changed."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        (template, *_), names = list(reader), reader.fieldnames or []
    out = io.StringIO()
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    for number in range(100):
        amount = amounts.get(number, "1000.00")
        changed = {"allocation_id": f"TEST-{number}", "member_code": "IDM", "amount": amount, "reporting_office": "HQ"}
        writer.writerow(template | changed)
    return out.getvalue()


def test_an_amount_that_is_no_number_is_refused_with_its_place_and_the_publication_stands(stack: Stack) -> None:
    before = published(stack)
    broken = SAMPLE.read_text(encoding="utf-8").replace("65000.00", "abc", 1)
    row = next(number for number, line in enumerate(broken.splitlines(), start=1) if "abc" in line)
    drop(stack, "abc.csv", broken)
    findings = stack.query(
        "select s.file_name, s.outcome, f.sheet, f.row_number, f.column_name, f.value, f.rule_id"
        " from ops.submissions s join ops.findings f using (submission_id) where s.file_name = 'abc.csv'"
    )
    assert findings == [("abc.csv", "rejected", None, row, "amount", "abc", "value-number")]
    assert stack.query(
        "select count(*) from raw.osi_allocations r join ops.submissions s on s.submission_id = r._submission_id"
        " where s.file_name = 'abc.csv'"
    ) == [(0,)]
    (sha256,) = stack.query("select sha256 from ops.submissions where file_name = 'abc.csv'")[0]
    assert (stack.home / "archive" / sha256[:2] / sha256).read_text(encoding="utf-8") == broken
    (answer,) = (stack.home / "outbox" / "osi_allocations").glob("abc.csv.*.txt")
    for part in ("abc.csv", f"row {row}", "column amount", "'abc'", "value-number"):
        assert part in answer.read_text(encoding="utf-8")
    assert published(stack) == before
    last = Airflow(stack).runs("drop")[0]
    states = {task["task_id"]: task["state"] for task in Airflow(stack).tasks("drop", last["dag_run_id"])}
    assert states["land"] == "failed"


def test_the_same_bytes_dropped_again_change_nothing(stack: Stack) -> None:
    before = published(stack), stack.query("select count(*) from ops.submissions"), rows_in_raw(stack)
    drop(stack, "again.csv", SAMPLE.read_bytes())
    assert (published(stack), stack.query("select count(*) from ops.submissions"), rows_in_raw(stack)) == before
    assert stack.query("select count(*) from ops.arrivals where file_name = 'again.csv'") == [(1,)]


def rows_in_raw(stack: Stack) -> list[tuple]:
    return stack.query("select count(*) from raw.osi_allocations")


def idm(stack: Stack) -> list[tuple]:
    return stack.query(
        "select amount_usd, publication_number from marts.mart_osi_by_iscm"
        " where member_code = 'IDM' and amount_usd is not null"
    )


def test_a_corrected_file_takes_the_place_of_the_first_and_the_past_stays_readable(stack: Stack) -> None:
    drop(stack, "HQ.csv", other_file({}))
    ((amount, first),) = idm(stack)
    assert amount == Decimal("100000.00")
    drop(stack, "HQ.csv", other_file({42: "1000.37"}))
    ((amount, second),) = idm(stack)
    assert (amount, second) == (Decimal("100000.37"), first + 1)
    past = stack.query(
        "select amount_usd, _from, _to from history.mart_osi_by_iscm"
        " where member_code = 'IDM' and amount_usd is not null order by _from"
    )
    assert past == [(Decimal("100000.00"), first, first), (Decimal("100000.37"), second, None)]
    # what did not change was not written again
    assert stack.query(
        f"select count(*) from history.mart_osi_by_iscm where _from = {second} and member_code <> 'IDM'"
    ) == [(0,)]


REGISTER = "project_code,title,iscm_code,iscm_link,reporting_office,reporting_period,source_document"


def test_a_red_build_leaves_the_publication_and_a_corrected_file_heals_it(stack: Stack) -> None:
    before = published(stack)
    # each file is right in itself; together they name one project twice, which would double its ledger lines
    twice = f"{REGISTER},source_table,source_line,footnote\nPLACMI,PLACMI,SACM,dedicated,HQ,2014-2019,test,,,\n"
    drop(stack, "register.csv", twice, feed="projects")
    assert stack.query("select outcome from ops.submissions where file_name = 'register.csv'") == [("accepted",)]
    assert Airflow(stack).runs("build")[0]["state"] == "failed"
    ((failed,),) = stack.query(
        "select node from ops.dbt_results where build_id = (select max(build_id) from ops.builds) and status = 'fail'"
    )
    assert "unique_stg_projects_project_code" in failed
    assert published(stack) == before
    drop(stack, "register.csv", twice.replace("PLACMI,PLACMI", "TEST,Test"), feed="projects")
    assert Airflow(stack).runs("build")[0]["state"] == "success"
    ((number, _),), money = published(stack)
    assert number > before[0][0][0]
    assert money == before[1]


def test_what_is_no_file_is_answered_and_set_aside(stack: Stack) -> None:
    before = published(stack)
    folder = stack.home / "drop" / "posts"
    secret = stack.home / "not-for-you.csv"
    secret.write_text("secret")
    (folder / "link.csv").symlink_to(secret)
    os.mkfifo(folder / "pipe.csv")
    (folder / "folder.csv").mkdir()
    drop(stack, "beside.csv", "a", feed=".")
    until = time.monotonic() + LIMIT_SECONDS
    wanted = ["beside.csv", "folder.csv", "link.csv", "pipe.csv"]
    while (found := answers(stack, wanted)) != [(name, "rejected", 1) for name in wanted]:
        assert time.monotonic() < until, found
        time.sleep(1)
    assert not list(folder.glob("[!.]*"))
    assert len(list((stack.home / "refused").iterdir())) == 3
    assert secret.read_text() == "secret"
    assert published(stack) == before


def answers(stack: Stack, names: list[str]) -> list[tuple]:
    return stack.query(
        "select s.file_name, s.outcome, s.finding_count from ops.submissions s"
        f" where s.file_name in ({', '.join(repr(name) for name in names)}) order by 1"
    )


def odd_file() -> str:
    """Two years of one ISCM; the second is a twentieth of the first."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        (template, *_), names = list(reader), reader.fieldnames or []
    out = io.StringIO()
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    for year, amount in ((2020, "10000.00"), (2021, "500.00")):
        writer.writerow(
            template
            | {"allocation_id": f"ODD-{year}", "member_code": "IDM", "amount": amount, "as_of_date": f"{year}-12-31"}
            | {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
            | {"reporting_office": "RO-BANGKOK", "reporting_period": "2020-2021"}
        )
    return out.getvalue()


def test_an_odd_file_is_held_back_until_somebody_accepts_it(stack: Stack) -> None:
    before = published(stack)
    drop(stack, "odd.csv", odd_file())
    ((submission, outcome),) = stack.query(
        "select submission_id, outcome from ops.submissions where file_name = 'odd.csv'"
    )
    assert outcome == "quarantined"
    assert published(stack) == before
    (answer,) = (stack.home / "outbox" / "osi_allocations").glob("odd.csv.*.txt")
    assert "IDM has USD 500.00 in 2021 beside 10,000.00 in 2020 (5.00 %)" in answer.read_text(encoding="utf-8")
    said = stack.iscm(
        "accept", str(submission), "--all", "--reason", "a pilot year came first", "--until", "2027-06-30"
    )
    assert "is in force" in said
    until = time.monotonic() + LIMIT_SECONDS
    while {("IDM", 2020), ("IDM", 2021)} - {(member, year) for member, year, *_ in published(stack)[1]}:
        assert time.monotonic() < until, "what was accepted was not published"
        time.sleep(1)
    # the sender has a receipt of the file that is in force now
    assert len(list((stack.home / "outbox" / "osi_allocations").glob("odd.csv.*.json"))) == 2
