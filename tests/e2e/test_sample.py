"""The evaluation's Tables 4, 5, 6 and 7, dropped as files and read back from the published views, to the dollar."""

from decimal import Decimal

import pytest

from tests import evaluation
from tests.airflow_api import Airflow
from tests.stack import Stack

pytestmark = pytest.mark.stack


def test_the_figures_came_through_the_airflow_scheduler(stack: Stack) -> None:
    airflow = Airflow(stack)
    for dag in ("drop", "build"):
        runs = [run for run in airflow.runs(dag) if run["state"] == "success" and run["triggering_user_name"] is None]
        assert runs, f"no run of {dag} has succeeded by itself"
    landed = [
        task
        for run in airflow.runs("drop")
        for task in airflow.tasks("drop", run["dag_run_id"])
        if task["task_id"] == "land" and task["state"] == "success"
    ]
    assert len(landed) >= 6


@pytest.mark.parametrize(
    ("fixtures", "mart", "table", "totals", "whole"),
    [
        ("F01-F07", "mart_osi_by_iscm", 4, evaluation.OSI_TOTALS, evaluation.OSI_SUM),
        ("F10-F16", "mart_project_support_by_iscm", 5, evaluation.PROJECT_TOTALS, evaluation.PROJECT_SUM),
    ],
)
def test_money_tables_to_the_dollar(
    stack: Stack, fixtures: str, mart: str, table: int, totals: dict[int, int], whole: int
) -> None:
    published = {
        (member, year): amount
        for member, year, amount in stack.query(
            f"select member_code, fiscal_year, sum(amount_usd) from marts.{mart}"
            f" where report_scope = '{evaluation.SELECTED}' and amount_usd is not null group by 1, 2",
            role="bi_reader",
        )
    }
    printed: dict[tuple[str, int], Decimal] = {}
    for _, member, year, value in evaluation.cells(table):
        printed[member, year] = printed.get((member, year), Decimal(0)) + value
    assert published == printed
    for year, total in totals.items():
        assert sum(amount for (_, at), amount in published.items() if at == year) == total, (fixtures, year)
    assert sum(published.values()) == whole


def test_the_pledge_and_the_pool_are_lines_of_their_own(stack: Stack) -> None:
    rows = stack.query(
        "select member_code, funding_source_class, sum(amount_usd) from marts.mart_osi_by_iscm"
        " where funding_source_class in ('dg_pledge', 'osi_pooled') group by 1, 2 order by 1"
    )
    assert rows == [("PAFOM", "dg_pledge", 100_000), ("RCPS_POOL", "osi_pooled", 150_000)]


def test_f16_placmi_stays_apart_and_makes_the_bounds(stack: Stack) -> None:
    ((lower, upper),) = stack.query(
        "select sum(lower_usd), sum(upper_usd) from marts.mart_project_support_by_iscm"
        f" where report_scope = '{evaluation.SELECTED}'"
    )
    assert (lower, upper) == (evaluation.PROJECT_SUM_WITHOUT_PLACMI, evaluation.PROJECT_SUM)


def test_f23_full_time_staff_to_the_post(stack: Stack) -> None:
    rows = stack.query(
        "select member_code, fiscal_year, full_time_staff from marts.mart_full_time_staff_by_iscm"
        f" where full_time_staff is not null and report_scope = '{evaluation.SELECTED}'",
        role="bi_reader",
    )
    published = {(member, year): Decimal(posts) for member, year, posts in rows}
    assert published == {(member, year): value for _, member, year, value in evaluation.cells(7)}
    for year, total in evaluation.STAFF_TOTALS.items():
        assert sum(posts for (_, at), posts in published.items() if at == year) == total


def test_f24_colombo_stands_outside_the_selection(stack: Stack) -> None:
    def amounts(mart: str) -> dict[int, Decimal]:
        return dict(
            stack.query(
                f"select fiscal_year, amount_usd from marts.{mart}"
                " where member_code = 'COLOMBO' and amount_usd is not null and report_scope = 'Other ISCMs'"
            )
        )

    osi, project = amounts("mart_osi_by_iscm"), amounts("mart_project_support_by_iscm")
    assert project == {year: value for _, _, year, value in evaluation.cells(6)}
    assert sum(project.values()) == evaluation.COLOMBO_PROJECT_SUM
    assert osi == {2017: evaluation.COLOMBO_OSI}
    assert project[2017] + osi[2017] == evaluation.COLOMBO_2017


def test_the_terminal_showed_the_same_table(stack: Stack) -> None:
    said = stack.said()
    for figure in ("338,300", "1,541,652", "4,229,900", "50,043,100", "2,173,600"):
        assert figure in said
    assert "publication 1 of" in said


def test_everything_listens_on_loopback_only(stack: Stack) -> None:
    import psutil

    assert stack.process is not None
    family = [psutil.Process(stack.process.pid), *psutil.Process(stack.process.pid).children(recursive=True)]
    listening = [
        connection.laddr
        for process in family
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert {address.port for address in listening} >= {stack.postgres_port, stack.airflow_port, stack.superset_port}
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_the_secrets_file_is_its_owners_alone(stack: Stack) -> None:
    assert (stack.home / "secrets.env").stat().st_mode & 0o777 == 0o600
