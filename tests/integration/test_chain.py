"""The whole chain by command line on the evaluation's own figures: fixtures, tables cell by cell, and the way back."""

import csv
import json
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
import pytest
import yaml

from expectations.publication_suites import suites
from iscm import steps
from tests.evaluation import (
    COLOMBO_2017,
    COLOMBO_OSI,
    COLOMBO_PROJECT_SUM,
    OSI_SUM,
    OSI_TOTALS,
    PROJECT_SUM,
    PROJECT_SUM_WITHOUT_PLACMI,
    PROJECT_TOTALS,
    SELECTED,
    STAFF_TOTALS,
    TABLES,
    YEARS,
    cells,
)
from tests.integration.support import command, fetch, one
from warehouse.settings import PROJECT, Settings

pytestmark = pytest.mark.usefixtures("published")

OSI, PROJECTS, STAFF = "mart_osi_by_iscm", "mart_project_support_by_iscm", "mart_full_time_staff_by_iscm"
MONEY = {"osi": OSI, "project_support": PROJECTS}


def _per_year(mart: str, measure: str, condition: str = "true") -> dict[int, Any]:
    return dict(
        fetch(
            "bi_reader",
            f"select fiscal_year, sum({measure}) from marts.{mart} where report_scope = %s and {condition} group by 1",
            SELECTED,
        )
    )


def _printed_totals(table: int) -> dict[int, int]:
    with TABLES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["table"] == str(table) and row["row_label"] == "Total"]
    return {int(row["year"]): int(row["value"]) for row in rows}


def test_f01_to_f06_osi_per_year() -> None:
    assert _per_year(OSI, "amount_usd") == OSI_TOTALS == _printed_totals(4)


def test_f07_osi_of_all_years() -> None:
    assert sum(_per_year(OSI, "amount_usd").values()) == OSI_SUM == 1_541_652


def test_f10_to_f15_project_support_per_year() -> None:
    assert _per_year(PROJECTS, "amount_usd") == PROJECT_TOTALS == _printed_totals(5)


def test_f16_project_support_of_all_years_with_and_without_placmi() -> None:
    assert sum(_per_year(PROJECTS, "amount_usd").values()) == PROJECT_SUM == 50_043_100
    without = _per_year(PROJECTS, "amount_usd", "member_code <> 'PLACMI'")
    assert sum(without.values()) == PROJECT_SUM_WITHOUT_PLACMI == 47_667_900


def test_f23_full_time_staff_per_year() -> None:
    assert _per_year(STAFF, "full_time_staff") == STAFF_TOTALS == _printed_totals(7)


def test_f24_colombo_process() -> None:
    colombo = "select sum(amount_usd) from marts.{} where member_code = 'COLOMBO'"
    assert one("bi_reader", colombo.format(PROJECTS)) == COLOMBO_PROJECT_SUM == 2_173_600
    assert one("bi_reader", colombo.format(OSI)) == COLOMBO_OSI == 100_000
    both = " and fiscal_year = 2017 union all ".join([colombo.format(OSI), colombo.format(PROJECTS)])
    assert sum(amount for (amount,) in fetch("bi_reader", f"{both} and fiscal_year = 2017")) == COLOMBO_2017 == 727_600


@pytest.mark.parametrize(("table", "mart"), [(4, OSI), (5, PROJECTS), (6, PROJECTS)])
def test_every_printed_amount_stands_in_its_mart(table: int, mart: str) -> None:
    scope = "= 'COLOMBO'" if table == 6 else "<> 'COLOMBO'"
    rows = fetch(
        "bi_reader",
        f"""
        select member_code, funding_source_class = 'dg_pledge', fiscal_year, amount_usd from marts.{mart}
        where member_code {scope} and amount_state <> 'not_reported'
        """,
    )
    printed = {(member, "pledge" in label, year): amount for label, member, year, amount in cells(table)}
    assert {tuple(key): amount for *key, amount in rows} == printed
    assert len(printed) == len(rows) == {4: 54, 5: 48, 6: 4}[table]


def test_every_printed_headcount_stands_in_its_mart() -> None:
    # the Colombo Process is told of in the text (line 916), not in Table 7
    rows = fetch(
        "bi_reader",
        f"""
        select member_code, fiscal_year, full_time_staff from marts.{STAFF}
        where staff_state <> 'not_reported' and report_scope = %s
        """,
        SELECTED,
    )
    printed = {(member, year): count for _, member, year, count in cells(7)}
    assert {(member, year): count for member, year, count in rows} == printed
    assert len(printed) == len(rows) == 42


@pytest.mark.parametrize("mart", [OSI, PROJECTS, STAFF])
def test_every_member_of_the_register_has_every_year(mart: str) -> None:
    with (PROJECT / "dbt_project" / "seeds" / "ref_iscms.csv").open(encoding="utf-8", newline="") as file:
        register = {row["code"] for row in csv.DictReader(file) if row["member_kind"] != "pool"}
    rows = fetch("bi_reader", f"select distinct member_code, fiscal_year from marts.{mart}")
    assert len(register) == 26
    assert {(member, year) for member, year in rows if member in register} == {(m, y) for m in register for y in YEARS}


def test_a_value_a_true_zero_and_not_reported_are_told_apart() -> None:
    state = (
        f"select amount_state, amount_usd, source_lines from marts.{OSI} where member_code = %s and fiscal_year = %s"
    )
    assert fetch("bi_reader", state, "COLOMBO", 2017) == [("value", 100_000, 1)]
    assert fetch("bi_reader", state, "BALI", 2014) == [("zero", 0, 1)]
    assert fetch("bi_reader", state, "COLOMBO", 2014) == [("not_reported", None, 0)]
    staff = f"select staff_state, full_time_staff from marts.{STAFF} where member_code = %s and fiscal_year = 2019"
    assert [fetch("bi_reader", staff, member) for member in ("BALI", "GFMD", "COLOMBO")] == [
        [("value", 4)],
        [("zero", 0)],
        [("not_reported", None)],
    ]


def test_placmi_is_a_member_of_its_own_with_all_of_it_uncertain() -> None:
    rows = fetch(
        "bi_reader",
        f"""
        select amount_usd, lower_usd, central_usd, upper_usd, iscm_code, member_kind, attribution
        from marts.{PROJECTS} where member_code = 'PLACMI'
        """,
    )
    assert len(rows) == len(YEARS)
    assert sum(row[0] for row in rows) == 2_375_200
    for amount, lower, central, upper, *kind in rows:
        assert (lower, central, upper) == (0, 0, amount)
        assert kind == ["SACM", "unattributed_project", "unattributed"]


def test_money_of_a_dedicated_project_is_certain() -> None:
    rows = fetch(
        "bi_reader",
        f"select amount_usd, lower_usd, central_usd, upper_usd from marts.{PROJECTS} where attribution = 'direct'",
    )
    assert len(rows) == 46
    assert all(len(set(row)) == 1 for row in rows)


def test_the_pooled_line_is_a_member_of_its_own_and_no_iscms() -> None:
    rows = fetch(
        "bi_reader", f"select amount_usd, iscm_code, member_kind from marts.{OSI} where member_code = 'RCPS_POOL'"
    )
    assert rows == [(25_000, None, "pool")] * 6


@cache
def _sample_rows(feed: str, file: str, sheet: str | None) -> list[dict[str, str]]:
    path = PROJECT / "sample" / feed / file
    if sheet is None:
        with path.open(encoding="utf-8", newline="") as text:
            lines = list(csv.reader(text))
    else:
        page = openpyxl.load_workbook(path)[sheet]
        lines = [["" if value is None else str(value) for value in row] for row in page.iter_rows(values_only=True)]
    return [dict(zip(lines[0], line, strict=True)) for line in lines]


@pytest.mark.parametrize(("measure", "mart"), MONEY.items())
def test_every_amount_leads_back_to_the_cells_of_a_file(measure: str, mart: str) -> None:
    keys = "member_code, fiscal_year, funding_source_class, amount_basis"
    lines: dict[tuple, list[tuple]] = {}
    columns = f"{keys}, amount, split_part(line_key, '/', 1), file_name, sheet, row_number"
    for row in fetch("auditor", f"select {columns} from marts.fct_investment_lines where measure = %s", measure):
        lines.setdefault(row[:4], []).append(row[4:])
    rows = fetch("bi_reader", f"select {keys}, amount_usd, source_lines from marts.{mart} where amount_usd is not null")
    assert len(rows) == {"osi": 55, "project_support": 52}[measure]
    assert {row[:4] for row in rows} == set(lines)
    for *key, amount, count in rows:
        found = lines[tuple(key)]
        assert len(found) == count >= 1
        assert sum(line[0] for line in found) == amount
        for part, feed, file, sheet, number in found:
            assert Decimal(_sample_rows(feed, file, sheet)[number - 1]["amount"]) == part


def test_every_headcount_leads_back_to_the_cells_of_a_file() -> None:
    posts: dict[tuple[str, int], set[str]] = {}
    columns = "iscm_code, fiscal_year, post_id, assignment_type, file_name, sheet, row_number"
    for member, year, post, kind, file, sheet, number in fetch(
        "auditor", f"select {columns} from marts.fct_assignments"
    ):
        cell = _sample_rows("assignments", file, sheet)[number - 1]
        assert (cell["iscm_code"], cell["post_id"], cell["assignment_type"]) == (member, post or "", kind)
        assert cell["period_start"].startswith(f"{year}-")
        if kind != "part_time":
            posts.setdefault((member, year), set()).update([post] if post else [])
    rows = fetch(
        "bi_reader", f"select member_code, fiscal_year, full_time_staff from marts.{STAFF} where full_time_staff >= 0"
    )
    assert {(member, year): count for member, year, count in rows} == {key: len(found) for key, found in posts.items()}
    assert len(rows) == 44


def test_publishing_the_same_build_again_is_no_new_publication(published: Settings) -> None:
    done = command("publish")
    assert (done.returncode, done.stdout) == (0, "build 1 is publication 1 already; nothing to do\n")
    assert one("auditor", "select count(*) from ops.publications") == 1
    assert steps.pending() == (False, ["everything received is published"])


def test_the_verdict_says_how_many_checks_saw_how_many_rows(published: Settings) -> None:
    ((passed, declared, run, present, evaluated, counts),) = fetch(
        "auditor",
        """
        select g.passed, checks_declared, checks_run, rows_present, rows_evaluated, p.row_counts
        from ops.publications as p join ops.gate_results as g using (gate_result_id)
        """,
    )
    assert (passed, declared, present) == (True, run, evaluated)
    assert declared >= 17
    assert present == sum(counts.values())
    assert (
        set(counts)
        == set(suites())
        > {OSI, PROJECTS, STAFF, "mart_total_by_iscm", "fct_investment_lines", "fct_assignments"}
    )


def test_the_published_table_can_be_printed(published: Settings) -> None:
    done = command("show")
    assert done.returncode == 0
    for figure in ("338,300", "1,541,652", "14,188,200", "50,043,100", "PLACMI", "publication 1 of"):
        assert figure in done.stdout


def test_every_unit_test_of_the_models_passes(published: Settings) -> None:
    written = [
        test["name"]
        for file in (PROJECT / "dbt_project").rglob("*.yml")
        for test in yaml.safe_load(file.read_text(encoding="utf-8")).get("unit_tests", ())
    ]
    assert len(written) >= 49
    assert steps.dbt("test", "--select", "test_type:unit") == 0
    results = json.loads((published.home / "dbt" / "run_results.json").read_text(encoding="utf-8"))["results"]
    passed = [result["unique_id"].split(".")[-1] for result in results if result["status"] == "pass"]
    assert sorted(passed) == sorted(written)
