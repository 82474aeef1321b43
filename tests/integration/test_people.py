"""People: effort and standard cost in bounds, terms of reference, and who is not to be seen in them.

The sample states posts and no cost; everything with a cost here is made up in the test, of the year 2020.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from iscm import steps
from iscm.simulating import write_feed_file
from tests.integration.support import change, fetch, installation, land, one, run_steps
from warehouse.settings import SECRETS_FILE, Settings

COST, YEARS, TERMS, FACT = "mart_staff_cost_by_iscm", "mart_staff_cost_by_year", "mart_tor_coverage", "fct_staff_effort"
RATES = {"P3": Decimal("100000.00"), "P4": Decimal("120000.00"), "P5": Decimal("150000.01"), "G5": Decimal("30000.00")}
GRADES = {"S1": "P3", "S2": "P4", "S3": "P5", "S4": "P3", "S5": "G5", "S6": "G5", "S7": "G5", "S8": "P4", "S9": ""}
WORK = {"RCM": ["S1", "S2", "S3"], "MIDSA": ["S5", "S6", "S7"], "BUDAPEST": ["S4"]}
"""Who works full time for whom in the first publication; S8 joins RCM in the second."""
MIXED = {"OCAM": ["S1", "S2", "S3", "S11"]}
"""In 2022 three posts whose cost is known, and one that no register names."""


def _file(folder: Path, feed: str, rows: Iterable[Mapping[str, str]], name: str) -> Path:
    same = {"reporting_office": "HQ", "reporting_period": "2020", "source_document": "simulated"}
    return write_feed_file(folder / feed / name, feed, (same | row for row in rows))


def _assignments(folder: Path, work: Mapping[str, list[str]], name: str, year: str = "2020") -> Path:
    full = [
        {"assignment_id": f"{iscm}-{post}", "post_id": post, "iscm_code": iscm, "assignment_type": "full_time"}
        for iscm, posts in work.items()
        for post in posts
    ]
    days = {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "basis": "contract"}
    return _file(folder, "assignments", (days | {"reporting_period": year} | row for row in full), name)


def _unknown(folder: Path) -> Path:
    """In 2021 a post of which neither grade nor percentage is known, and one that no register names."""
    rows = [
        {"assignment_id": "ADD-S9", "post_id": "S9", "iscm_code": "ADD", "assignment_type": "part_time"},
        {"assignment_id": "ALMATY-S10", "post_id": "S10", "iscm_code": "ALMATY", "assignment_type": "full_time"},
    ]
    days = {"period_start": "2021-01-01", "period_end": "2021-12-31", "basis": "contract", "reporting_period": "2021"}
    return _file(folder, "assignments", (days | row for row in rows), "c.csv")


@pytest.fixture(scope="module", autouse=True)
def staffed(
    built_template: str, postgres: int, scratch_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The sample and made-up staff of 2020 published; then published again with one post more."""
    folder = tmp_path_factory.mktemp("people")
    posts = [
        {"post_id": post, "duty_office": "RO-BANGKOK", "grade": grade, **paid}
        for post, grade in GRADES.items()
        for paid in (
            {"funded_by": "RSO", "funded_share_pct": "20", "recovered": "yes"},
            {"funded_by": "OSI", "funded_share_pct": "80", "recovered": "no"},
        )
    ]
    rates = [
        {"grade": grade, "duty_office": "RO-BANGKOK", "cost_year": year, "annual_cost_usd": str(rate),
         "cost_basis": "estimate"}
        for grade, rate in RATES.items()
        for year in ("2020", "2021", "2022")
    ]  # fmt: skip
    with installation(folder / "home", scratch_home / SECRETS_FILE, postgres, "people", built_template) as at:
        assert land(_file(folder, "posts", posts, "a.csv"), "posts")["outcome"] == "accepted"
        assert land(_file(folder, "standard_costs", rates, "a.csv"), "standard_costs")["outcome"] == "accepted"
        assert land(_unknown(folder), "assignments")["outcome"] == "accepted"
        assert land(_assignments(folder, MIXED, "d.csv", "2022"), "assignments")["outcome"] == "accepted"
        for name, work in (("a.csv", WORK), ("b.csv", WORK | {"RCM": [*WORK["RCM"], "S8"]})):
            assert land(_assignments(folder, work, name), "assignments")["outcome"] == "accepted"
            run_steps("build", "validate", "publish")
        yield at


def _cell(publication: int, table: str, columns: str, condition: str) -> tuple:
    (row,) = fetch(
        "auditor",
        f"select {columns} from history.{table} where _from <= %s and (_to is null or _to >= %s) and {condition}",
        publication,
        publication,
    )
    return row


def _money(part: str) -> str:
    return ", ".join(f"{part}_{bound}_usd" for bound in ("lower", "central", "upper"))


def test_the_cost_of_full_time_staff_is_that_of_their_grades_gross_recovered_and_net() -> None:
    gross = sum((RATES[GRADES[post]] for post in WORK["RCM"]), Decimal(0))
    recovered = sum(
        ((RATES[GRADES[post]] / 5).quantize(Decimal("0.01"), ROUND_HALF_UP) for post in WORK["RCM"]), Decimal(0)
    )
    here = "iscm_code = 'RCM' and fiscal_year = 2020"
    assert gross == Decimal("370000.01")
    assert _cell(1, COST, _money("gross"), here) == (gross,) * 3
    assert _cell(1, COST, _money("recovered"), here) == (recovered,) * 3
    assert _cell(1, COST, _money("net"), here) == (gross - recovered,) * 3
    assert _cell(1, COST, "cost_state, full_time_staff, fte_lower, effort_coverage_pct", here) == ("value", 3, 3, 100)


def test_a_cell_of_one_post_and_the_next_smallest_are_withheld_so_that_the_total_tells_nobody() -> None:
    states = dict(
        fetch("auditor", f"select iscm_code, cost_state from history.{COST} where _from = 1 and fiscal_year = 2020")
    )
    assert {iscm: states[iscm] for iscm in (*WORK, "SACM")} == {
        "RCM": "value", "MIDSA": "protected", "BUDAPEST": "protected", "SACM": "not_reported",
    }  # fmt: skip
    everybody = sum((RATES[GRADES[post]] for posts in WORK.values() for post in posts), Decimal(0))
    assert _cell(1, YEARS, "cost_state, gross_central_usd", "fiscal_year = 2020") == ("value", everybody)
    assert _cell(1, YEARS, "cost_state, gross_central_usd", "fiscal_year = 2021") == ("protected", None)
    assert _cell(1, COST, "cost_state", "iscm_code = 'ADD' and fiscal_year = 2021") == ("protected",)
    withheld = f"num_nonnulls({_money('gross')}, {_money('recovered')}, {_money('net')})"
    for iscm in ("BUDAPEST", "MIDSA"):
        assert _cell(1, COST, withheld, f"iscm_code = '{iscm}' and fiscal_year = 2020") == (0,)
    # headcount and effort are not money: they stay
    assert _cell(1, COST, "full_time_staff, fte_upper", "iscm_code = 'BUDAPEST' and fiscal_year = 2020") == (1, 1)


def test_a_cell_that_one_post_joined_is_withheld_beside_the_publication_before() -> None:
    here = "iscm_code = 'RCM' and fiscal_year = 2020"
    assert _cell(1, COST, "cost_state, full_time_staff", here) == ("value", 3)
    assert _cell(2, COST, "cost_state, full_time_staff, gross_upper_usd", here) == ("protected", 4, None)
    assert _cell(2, YEARS, "cost_state, gross_upper_usd", "fiscal_year = 2020") == ("protected", None)


def test_what_a_dashboard_reads_holds_no_cost_by_post() -> None:
    marts = {name for (name,) in fetch("auditor", "select viewname from pg_views where schemaname = 'marts'")}
    readable = {
        name
        for name in marts
        if one("auditor", "select has_table_privilege('bi_reader', %s, 'select')", f"marts.{name}")
    }
    assert {COST, YEARS, TERMS} <= readable
    assert FACT in marts - readable
    columns = fetch(
        "auditor", "select attname from pg_attribute where attrelid = 'marts.mart_staff_cost_by_iscm'::regclass"
    )
    assert not {name for (name,) in columns} & {"post_id", "grade"}


def test_an_unknown_percentage_and_grade_are_bounds_and_no_figure() -> None:
    row = _cell(1, FACT, f"share_state, cost_state, fte_lower, fte_upper, {_money('gross')}", "post_id = 'S9'")
    assert row == ("not_known", "bounds", 0, 1, 0, None, max(RATES.values()))


def test_a_post_that_no_register_names_yet_works_and_its_cost_is_not_known() -> None:
    here = "iscm_code = 'ALMATY' and fiscal_year = 2021"
    assert _cell(1, FACT, f"cost_state, fte_central, {_money('gross')}", here) == ("not_known", 1, None, None, None)
    assert _cell(1, COST, "cost_state, full_time_staff, gross_upper_usd", here) == ("not_known", 1, None)


def test_posts_of_unknown_cost_are_no_difference_between_two_publications() -> None:
    gross = sum((RATES[GRADES[post]] for post in ("S1", "S2", "S3")), Decimal(0))
    for publication in (1, 2):
        here = "iscm_code = 'OCAM' and fiscal_year = 2022"
        assert _cell(publication, COST, "cost_state, full_time_staff, gross_lower_usd, gross_upper_usd", here) == (
            "in_part", 4, gross, None,
        )  # fmt: skip
        assert _cell(publication, YEARS, "cost_state, gross_lower_usd", "fiscal_year = 2022") == ("in_part", gross)


def test_the_sample_states_effort_and_no_cost() -> None:
    columns = "full_time_staff, posts_known, posts_with_effort, effort_coverage_pct, fte_lower, fte_central, fte_upper"
    here = "iscm_code = '{}' and fiscal_year = {}"
    bali = _cell(1, COST, f"{columns}, cost_state, gross_lower_usd", here.format("BALI", 2019))
    assert bali == (4, 14, 4, Decimal("28.57"), 4, 4, 14, "not_known", None)
    chief = _cell(1, FACT, "share_lower_pct, share_upper_pct, cost_state", "post_id = 'COM-BANGKOK'")
    assert chief == (0, 100, "not_known")
    colombo = _cell(1, COST, f"{columns}, cost_state", here.format("COLOMBO", 2018))
    assert colombo == (1, 1, 1, 100, 1, 1, 1, "not_known")
    sacm = _cell(
        1, COST, "full_time_staff, staff_state, fte_lower, effort_state, cost_state", here.format("SACM", 2014)
    )
    assert sacm == (0, "zero", None, "not_reported", "not_reported")


def test_the_rso_pays_back_20_per_cent_of_the_chief_of_mission_and_who_pays_the_rest_is_not_stated() -> None:
    found = fetch(
        "transformer",
        "select funded_by, funded_share_pct, recovered from intermediate.int_post_funding"
        " where post_id = 'COM-BANGKOK'",
    )
    assert found == [("RSO", 20, "yes")]
    bounds = fetch(
        "transformer",
        "select recovered_lower_pct, recovered_upper_pct from intermediate.int_effort_stretches as s"
        " join intermediate.int_staff_effort as e using (line_key) where e.post_id = 'COM-BANGKOK'",
    )
    assert bounds == [(20, 100)]


def test_terms_of_reference_that_name_the_work() -> None:
    columns = "posts_known, posts_with_terms, posts_naming, posts_not_stated, tor_coverage_pct, tor_state, plan_state"
    bali = _cell(1, TERMS, columns, "iscm_code = 'BALI' and fiscal_year = 2019")
    assert bali == (14, 5, 1, 4, Decimal("7.14"), "value", "not_reported")
    assert _cell(1, TERMS, columns, "iscm_code = 'PAFOM' and fiscal_year = 2019")[4:6] == (None, "not_reported")


TAMPERINGS = {
    "a withheld cost shown": (
        f"update candidate.{COST} set cost_state = 'value', gross_lower_usd = 100000, gross_central_usd = 100000,"
        " gross_upper_usd = 100000, recovered_lower_usd = 20000, recovered_central_usd = 20000,"
        " recovered_upper_usd = 20000, net_lower_usd = 80000, net_central_usd = 80000, net_upper_usd = 80000"
        " where iscm_code = 'BUDAPEST' and fiscal_year = 2020",
        "staff cost by ISCM: at least 3 posts stand behind every figure shown",
    ),
    "what is left of one post shown beside three that are paid back": (
        f"""
        update candidate.{FACT} set net_lower_usd = 0, net_central_usd = 0, net_upper_usd = 0,
            recovered_lower_usd = gross_lower_usd, recovered_central_usd = gross_central_usd,
            recovered_upper_usd = gross_upper_usd
        where iscm_code = 'RCM' and fiscal_year = 2020 and post_id <> 'S8';
        update candidate.{COST} set cost_state = 'value' where iscm_code = 'RCM' and fiscal_year = 2020
        """,
        "staff cost by ISCM: at least 3 posts stand behind every figure shown",
    ),
    "a bound of a withheld cost left": (
        f"update candidate.{COST} set gross_upper_usd = 1 where iscm_code = 'BUDAPEST' and fiscal_year = 2020",
        "staff cost by ISCM: what is protected, not known or not reported has no cost",
    ),
    "an unknown cost shown as zero": (
        f"update candidate.{COST} set gross_lower_usd = 0 where iscm_code = 'BALI' and fiscal_year = 2019",
        "staff cost by ISCM: what is protected, not known or not reported has no cost",
    ),
    "an effort": (
        f"update candidate.{COST} set fte_upper = fte_upper + 1 where iscm_code = 'BALI' and fiscal_year = 2019",
        "staff cost by ISCM: effort is the sum of the fact",
    ),
    "a share of the fact": (
        f"update candidate.{FACT} set share_central_pct = 20 where post_id = 'S1'",
        "every accepted assignment of a post stands in the fact once",
    ),
    "an unknown cost of the fact shown as zero": (
        f"update candidate.{FACT} set gross_lower_usd = 0 where post_id = 'COM-BANGKOK'",
        "staff cost of an assignment: bounds in order",
    ),
    "a post that terms of reference do not name": (
        f"update candidate.{TERMS} set posts_naming = 2, posts_not_stated = 3 where iscm_code = 'BALI'"
        " and fiscal_year = 2019",
        "terms of reference: no post is said to be named without an accepted document",
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_tampered_candidate_on_people_is_red_and_the_check_is_named(what: str) -> None:
    statement, check = TAMPERINGS[what]
    tables = (COST, YEARS, TERMS, FACT)
    change("transformer", *(f"create table staging.kept_{table} as table candidate.{table}" for table in tables))
    try:
        change("transformer", statement)
        passed, lines = steps.validate()
        assert not passed
        assert [line for line in lines[1:] if check in line], lines
    finally:
        for table in tables:
            change(
                "transformer", f"truncate candidate.{table}",
                f"insert into candidate.{table} table staging.kept_{table}", f"drop table staging.kept_{table}",
            )  # fmt: skip
    assert steps.validate()[0] is True


def test_the_year_of_the_made_up_staff_is_a_leap_year() -> None:
    assert (dt.date(2021, 1, 1) - dt.date(2020, 1, 1)).days == 366
    here = "post_id = 'S1' and fiscal_year = 2020"
    assert _cell(1, FACT, "days_covered, days_of_year, fte_central", here) == (366, 366, 1)
