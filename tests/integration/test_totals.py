"""What the evaluation could not say: totals per ISCM and year, with bounds. Fixtures F19, F20, F25 and F36."""

import re
from decimal import Decimal

import pytest

from tests.evaluation import OSI_TOTALS, PROJECT_TOTALS, SELECTED, YEARS
from tests.integration.support import fetch, one
from warehouse.settings import PROJECT

pytestmark = pytest.mark.usefixtures("published")

OWN = "money_side in ('iom_own', 'iom_projects')"


def test_f19_osi_and_project_support_together_per_year() -> None:
    rows = fetch(
        "bi_reader",
        f"""
        select fiscal_year, sum(lower_usd), sum(upper_usd) from marts.mart_total_by_year
        where report_scope = %s and {OWN} group by 1 order by 1
        """,
        SELECTED,
    )
    printed = (4_975_600, 8_974_552, 10_419_400, 8_177_500, 14_469_500, 4_568_200)
    assert {year: upper for year, _, upper in rows} == dict(zip(YEARS, printed, strict=True))
    assert printed == tuple(OSI_TOTALS[year] + PROJECT_TOTALS[year] for year in YEARS)
    assert sum(upper for *_, upper in rows) == 51_584_752
    assert sum(lower for _, lower, _ in rows) == 49_209_552  # PLACMI at 0 per cent


def test_f20_osi_and_project_support_together_per_member() -> None:
    rows = fetch(
        "auditor",
        f"""
        select coalesce(case when share_status <> 'pooled' then iscm_code end, member_code), sum(upper_usd)
        from marts.fct_investment_lines where report_scope = %s and {OWN} group by 1
        """,
        SELECTED,
    )
    assert dict(rows) == {
        "MIDWA": 26_769_800, "RCM": 11_755_600, "BALI": 9_063_200, "SACM": 2_495_200, "PAFOM": 550_000,
        "GFMD": 522_300, "GRCP": 278_652, "RCPS_POOL": 150_000,
    }  # fmt: skip


def test_f25_money_of_others_stands_beside_and_not_inside() -> None:
    rows = fetch(
        "bi_reader",
        """
        select fiscal_year, lower_usd from marts.mart_total_by_iscm
        where iscm_code = 'GRCP' and money_side = 'others' order by 1
        """,
    )
    assert rows == [(2015, 120_000), (2016, 127_024), (2017, 65_000)]
    assert sum(amount for _, amount in rows) == 312_024
    inside = f"select sum(upper_usd) from marts.mart_total_by_iscm where iscm_code = 'GRCP' and {OWN}"
    assert one("bi_reader", inside) == 278_652


def test_f36_a_true_zero_and_an_unknown_share_of_sacm() -> None:
    ((lower, central, upper),) = fetch(
        "bi_reader",
        f"""
        select sum(lower_usd), sum(central_usd), sum(upper_usd)
        from marts.mart_total_by_iscm where iscm_code = 'SACM' and {OWN}
        """,
    )
    assert (lower, central, upper) == (120_000, 120_000, 2_495_200)
    precise = dict(
        fetch(
            "bi_reader", f"select iscm_code, bool_and(is_precise) from marts.mart_total_by_iscm where {OWN} group by 1"
        )
    )
    assert precise["MIDWA"] is True
    assert precise["SACM"] is False
    direct = "select sum(amount) from marts.fct_investment_lines where own_number like 'T5-SACM-%'"
    assert one("auditor", direct) == Decimal(0)


def test_an_iscm_nobody_reports_is_not_reported_in_every_year() -> None:
    rows = fetch(
        "bi_reader",
        """
        select amount_state, lower_usd, upper_usd, is_precise
        from marts.mart_total_by_iscm where iscm_code = 'KHARTOUM'
        """,
    )
    assert rows == [("not_reported", None, None, None)] * len(YEARS)


def test_the_documented_question_is_answered_as_it_stands() -> None:
    page = (PROJECT / "docs" / "questions.md").read_text(encoding="utf-8")
    (query,) = re.findall(r"<!-- query: totals -->\n```sql\n(.*?)```", page, re.S)
    rows = fetch("bi_reader", query)
    assert len(rows) >= 80
    sacm = [row for row in rows if row[:4] == ("SACM", 2014, "iom_projects", "allocation")]
    assert sacm == [("SACM", 2014, "iom_projects", "allocation", 0, 0, Decimal(596_600), "value", False)]
