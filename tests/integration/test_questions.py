"""The marts that answer managers' questions, on the evaluation's own figures, and the queries of docs/questions.md."""

import re
from decimal import Decimal
from typing import Any

import pytest

from tests.evaluation import COLOMBO_OSI, COLOMBO_PROJECT_SUM, OSI_SUM, PROJECT_SUM, SELECTED, YEARS
from tests.integration.support import fetch, one
from warehouse.settings import PROJECT

OWN = "component in ('iom_own', 'iom_projects')"


pytestmark = pytest.mark.usefixtures("published")


def _documented(name: str) -> list[tuple[Any, ...]]:
    """Rows of a query of the page of questions, as it stands there."""
    page = (PROJECT / "docs" / "questions.md").read_text(encoding="utf-8")
    (query,) = re.findall(rf"<!-- query: {name} -->\n```sql\n(.*?)```", page, re.S)
    return fetch("bi_reader", query)


def _sums(condition: str, *values: Any) -> tuple[Decimal, Decimal]:
    query = f"select sum(lower_usd), sum(upper_usd) from marts.mart_investment_by_iscm where {condition}"
    ((lower, upper),) = fetch("bi_reader", query, *values)
    return lower, upper


def test_the_figure_of_six_years_is_the_sum_of_tables_4_and_5() -> None:
    whole = f"report_scope = %s and {OWN}"
    assert _sums(f"{whole} and component = 'iom_own'", SELECTED) == (OSI_SUM, OSI_SUM)
    assert _sums(f"{whole} and component = 'iom_projects'", SELECTED) == (PROJECT_SUM - 2_375_200, PROJECT_SUM)
    assert _sums(whole, SELECTED) == (49_209_552, 51_584_752)


def test_f20_each_iscm_has_its_own_money_and_the_pool_is_nobody_s() -> None:
    rows = fetch(
        "bi_reader",
        f"""
        select iscm_code, sum(upper_usd) from marts.mart_investment_by_iscm
        where report_scope = %s and {OWN} group by 1
        """,
        SELECTED,
    )
    assert dict(rows) == {
        "MIDWA": 26_769_800, "RCM": 11_755_600, "BALI": 9_063_200, "SACM": 2_495_200, "PAFOM": 550_000,
        "GFMD": 522_300, "GRCP": 278_652, "RCPS_POOL": 150_000,
    }  # fmt: skip


def test_money_of_others_stands_beside_and_unknown_amounts_are_unknown() -> None:
    rows = fetch(
        "bi_reader",
        """
        select iscm_code, fiscal_year, amount_basis, lower_usd, component_state
        from marts.mart_investment_by_iscm where component = 'others' and component_state <> 'not_reported'
        """,
    )
    assert sorted(rows, key=str) == [
        ("BALI", 2019, "received", None, "not_known"),
        ("COLOMBO", 2019, "expected", None, "not_known"),
        ("COLOMBO", 2019, "received", None, "not_known"),
        ("GRCP", 2015, "received", 120_000, "value"),
        ("GRCP", 2016, "received", 127_024, "value"),
        ("GRCP", 2017, "received", 65_000, "value"),
        ("RCM", 2019, "expected", None, "not_known"),
    ]


def test_the_evaluation_has_no_staff_cost_and_none_is_invented() -> None:
    rows = fetch(
        "bi_reader",
        """
        select component_state, lower_usd, upper_usd, count(*) from marts.mart_investment_by_iscm
        where component in ('staff_cost_net', 'event_cost') group by 1, 2, 3
        """,
    )
    states = {state: (lower, upper) for state, lower, upper, _ in rows}
    assert states == {"not_known": (None, None), "not_reported": (None, None)}
    assert sum(count for *_, count in rows) == 2 * 26 * len(YEARS)


def test_coverage_is_known_only_where_the_whole_was_told() -> None:
    rows = fetch(
        "bi_reader",
        """
        select fiscal_year, projects_coverage_pct, projects_coverage_state, offices_engaged, offices_coverage_pct,
            offices_coverage_state
        from marts.mart_investment_by_iscm where iscm_code = 'BALI' and component = 'iom_own' order by 1
        """,
    )
    nobody_said = (None, "not known", None, None, "not known")
    # Table 2 counts the offices as of 2019; none of the seven sent a file of its own
    assert rows == [
        *[(year, *nobody_said) for year in YEARS[:-1]],
        (2019, None, "not known", 7, 0, "known"),
    ]
    states = "select count(*) from marts.mart_investment_by_iscm where projects_coverage_state = 'known'"
    assert one("bi_reader", states) == 0


def test_the_documented_question_of_investment_is_answered() -> None:
    rows = _documented("investment")
    assert len(rows) >= 100
    sacm = [row[3:9] for row in rows if row[:3] == ("SACM", 2014, "iom_projects")]
    assert sacm == [("allocation", 0, 0, 596_600, "value", False)]


def test_midwa_hangs_on_one_project_and_the_register_states_no_end() -> None:
    """I-43 and rule R17: the register of the sample has no project of its own for FMM West Africa."""
    rows = {row[3]: row[4:] for row in _documented("dependency") if row[0] == "MIDWA"}
    assert set(rows) == {"T5-MIDWA"}
    assert rows["T5-MIDWA"][:4] == (100, 100, 100, "last_line")
    assert rows["T5-MIDWA"][5:] == (0, 100)


def test_what_sacm_has_of_placmi_is_between_nothing_and_more_than_half() -> None:
    rows = fetch(
        "bi_reader",
        """
        select project_code, lower_usd, upper_usd, share_lower_pct, share_pct, share_upper_pct, depends_on_it
        from marts.mart_dependency_by_month where iscm_code = 'SACM'
        """,
    )
    assert {code: rest for code, *rest in rows} == {
        "PLACMI": [0, 24_000, 0, 0, Decimal("54.55"), True],
        "T5-SACM": [0, 0, 0, 0, 0, False],
        "no_project": [20_000, 20_000, Decimal("45.45"), 100, 100, False],
    }


def test_who_else_pays_is_shown_also_by_an_unknown_amount() -> None:
    """F25 and N23: five gifts to the GRCP meetings with their amount, four payers of the Bali Process without."""
    rows = _documented("other_payers")
    grcp = [(year, party, amount) for name, year, party, _, _, amount, *_ in rows if name == "GRCP meetings"]
    usa, australia = "United States of America", "Australia"
    assert grcp == [
        (2015, australia, 60_000), (2015, usa, 60_000), (2016, australia, 63_512), (2016, usa, 63_512),
        (2017, usa, 65_000),
    ]  # fmt: skip
    bali = {
        (party, amount, state, why) for name, _, party, _, _, amount, state, why, _ in rows if name == "Bali Process"
    }
    unknown = (None, "not_known", "not_stated")
    assert bali == {
        ("Australia", *unknown), ("Japan", *unknown), ("Immigration New Zealand (INZ)", *unknown),
        ("Government of Australia - DFAT and DHA", *unknown),
    }  # fmt: skip


def test_the_fee_of_the_colombo_process_is_per_member_and_no_sum() -> None:
    """N08, N09 and I-19: whether 4,545 is each State's is inferred; who paid is not stated, so no share is computed."""
    assert _documented("self_financing") == [
        (
            "Colombo Process", 2019, "Member States of the Colombo Process", 4_545, None, "not_known", None,
            "not_known", None, "iom_projects (allocation)", None, None,
        ),
        (
            "RCM", 2019, "Member States of RCM", None, None, "not_known", None, "not_reported", None,
            "iom_own (allocation) + iom_projects (allocation)", None, None,
        ),
    ]  # fmt: skip


def test_no_feed_of_the_evaluation_states_a_theme_and_all_of_it_is_there() -> None:
    rows = _documented("themes")
    assert {row[0] for row in rows} == {"theme not stated"}
    sums: dict[str, list[Decimal]] = {}
    for _, _, resource, _, _, lower, upper, _ in rows:
        sums.setdefault(resource, []).append(upper if resource == "iom_projects" else lower)
    # Tables 4 and 5, and the Colombo Process of Table 6
    assert sum(sums["iom_own"]) == OSI_SUM + COLOMBO_OSI
    assert sum(sums["iom_projects"]) == PROJECT_SUM + COLOMBO_PROJECT_SUM
    assert sum(sums["others"]) == 312_024
    assert sum(sums["events"]) == 3
    assert sums["event_days"] == [None] * 3  # the reports leave them blank


def test_the_page_of_each_iscm_tells_what_is_known_and_what_is_not() -> None:
    """F31 and I-10: the falls of 2019 are those of the tables; rec. 17 asks for cost, trend and exit together."""
    pages = {row[0]: row[1:] for row in _documented("profile")}
    assert len(pages) == 26
    both = "iom_own (allocation) + iom_projects (allocation)"
    assert pages["MIDWA"][1:9] == (2019, both, 1_281_400, 1_281_400, "value", Decimal("-81.82"), "T5-MIDWA", 100)
    assert pages["SACM"][3:5] == (20_000, 44_000)
    assert pages["Colombo Process"][6] == Decimal("-20.65")
    assert pages["Bali Process"][16:18] == (4, 4)  # four others pay, none by a known amount
    assert pages["GRCP meetings"][12:14] == (3, 0)
    assert pages["Khartoum Process"][2:7] == (None, None, None, "not_reported", None)
    # no target was ever set, and no standard cost was ever sent (line 809; line 849)
    assert {page[15] for page in pages.values()} == {0}
    assert {page[11] for page in pages.values()} == {"not_known", "not_reported"}
