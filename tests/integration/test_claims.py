"""Claims and discrepancies on the evaluation's own figures: what was printed, what we compute, and where they part."""

import csv
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from tests.evaluation import MEMBERS, OSI_TOTALS, PROJECT_TOTALS, TABLES
from tests.integration.support import fetch, one
from warehouse.settings import PROJECT

pytestmark = pytest.mark.usefixtures("published")

CHECKS, DISCREPANCIES, CHANGES = "mart_claim_checks", "mart_discrepancies", "mart_contribution_to_change"
CONFLICTS = PROJECT / "dbt_project" / "seeds" / "ref_conflicts.csv"


def _printed_cells() -> list[dict[str, str]]:
    with TABLES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_printed_cell_of_tables_1_to_7_is_a_claim() -> None:
    measures = {
        "osi_usd": "osi", "project_support_usd": "project_support", "field_offices": "offices_engaged",
        "individual_interviews": "interviews", "observation": "observations",
    }  # fmt: skip
    printed = Counter(
        (
            f"Table {row['table']}",
            int(row["source_line"]),
            int(row["year"].strip("*")) if row["year"] else None,
            measures.get(row["measure"], row["measure"]),
            row["value"] if row["value"] in ("Yes", "No") else str(int(row["value"])),
        )
        for row in _printed_cells()
    )
    claims = Counter(
        fetch(
            "auditor",
            """
            select source_table, source_line, fiscal_year, measure, coalesce(statement, trim_scale(claim_value)::text)
            from marts.fct_claims where source_table ~ '^Table [1-7]$'
            """,
        )
    )
    assert sum(printed.values()) == 223
    assert claims == printed


def test_every_label_of_the_money_and_staff_tables_is_the_claim_s_subject() -> None:
    """A claim is found again in our figures by its member or project: the label must lead to the right one."""
    rows = fetch(
        "auditor",
        """
        select source_line, subject_code from marts.fct_claims
        where source_table in ('Table 4', 'Table 5', 'Table 6', 'Table 7') and not is_total
        """,
    )
    labels = {int(row["source_line"]): row["row_label"] for row in _printed_cells() if int(row["table"]) >= 4}
    assert len(rows) == 54 + 48 + 4 + 42
    assert all(MEMBERS[labels[line]] == code for line, code in rows)


LINES = (
    583, 587, 589, 515, 549, 559, 831, 851, 908, 894, 910, 912, 916, 926, 930, 950, 896, 984, 914, 928,  # 4a
    460, 466, 615, 625, 825, 972,  # 4b
    354, 446, 374, 462, 547, 553, 741, 749, 504, 543, 703, 1071,  # 4c
    458, 476, 494, 567, 673, 539, 998, 633, 502, 709, 763, 739, 711,  # 4d
    607,  # 4e
)  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_every_line_with_a_number_in_the_text_has_its_claim(line: int) -> None:
    assert one("auditor", "select count(*) from marts.fct_claims where source_line = %s", line) > 0


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("L587-BALI-TRAVEL", 7_328), ("L515-EAP-2016", 1_309_300), ("L515-EAP-2017", 507_000),
        ("L549-GCM-2018", 923_500), ("L559-GCM-2019", 371_800), ("L831-COLOMBO-FEE", 4_545),
        ("L910-ADD-2016", 81_600), ("L912-DIALOGUE-2016", 16_700), ("L912-DIALOGUE-2017", 12_500),
        ("L912-IDM-2017", 25_100), ("L926-RCM-IDF", 150_000), ("L950-RCM-CASE", 1_000), ("L984-BALI-SHARE", 20),
        ("L374-TECHNICAL", 12), ("L446-OBSERVER", 16), ("L553-GCM-POSITIONS", 9), ("L749-PRIVATE-GROUPS", 3),
        ("L504-EAP-STATES", 6), ("L703-ARRIVALS", 2_000), ("L539-VISIBILITY", 13), ("L711-SUPPORTIVE", 18),
    ],
)  # fmt: skip
def test_a_number_of_the_text_is_kept_as_printed(claim: str, value: int) -> None:
    assert one("auditor", "select claim_value from marts.fct_claims where claim_id = %s", claim) == value


def _checks(rule: str) -> dict[str, tuple[Decimal | None, Decimal | None, str]]:
    """Exact value, value as printed and state by claim."""
    rows = fetch(
        "bi_reader",
        f"select claim_id, computed_value, computed_as_printed, check_state from marts.{CHECKS} where check_rule = %s",
        rule,
    )
    assert rows
    return {claim: tuple(rest) for claim, *rest in rows}


def test_every_cell_and_total_of_tables_4_to_7_agrees_with_our_figures() -> None:
    states = _checks("figure_of_a_year")
    tables = {claim: state for claim, (_, _, state) in states.items() if claim[0] == "T"}
    assert len(tables) == 60 + 54 + 4 + 48
    assert set(tables.values()) == {"agrees"}
    for table, totals in ((4, OSI_TOTALS), (5, PROJECT_TOTALS)):
        assert {year: states[f"T{table}-TOTAL-{year}"][0] for year in totals} == totals


def test_r1_every_printed_total_is_the_sum_of_its_table() -> None:
    states = _checks("sum_of_its_table")
    assert len(states) == 2 + 3 + 6 + 6 + 6
    assert {state for _, _, state in states.values()} == {"agrees"}
    assert states["T3-TOTAL-OBSERVED"][0] == 1  # the one Yes


def test_f08_osi_grew_by_179_587_per_cent_and_prints_180() -> None:
    exact, printed, state = _checks("growth")["L851-OSI-GROWTH"]
    assert (round(exact, 3), printed, state) == (Decimal("179.587"), 180, "agrees")


def test_f09_without_the_pool_it_grew_by_226_35_per_cent_and_that_is_shown() -> None:
    exact, printed, state = _checks("growth_without_pools")["L851-OSI-GROWTH"]
    assert (round(exact, 2), printed, state) == (Decimal("226.35"), 226, "differs")


def _growth(measure: str, column: str, condition: str) -> dict[tuple[int, int], Decimal]:
    rows = fetch(
        "bi_reader",
        f"select distinct year_from, year_to, {column} from marts.{CHANGES} where measure = %s and {condition}",
        measure,
    )
    return {(a, b): value for a, b, value in rows}


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("project_support", ["82.53", "12.62", "-20.54", "78.92", "-70.19"]),  # F17
        ("osi", ["-6.07", "287.15", "-43.77", "13.70", "20.26"]),  # F18
    ],
)
def test_f17_f18_change_from_year_to_year(measure: str, expected: list[str]) -> None:
    found = _growth(measure, "total_growth_pct", "consecutive and report_scope = 'Selected ISCMs'")
    assert [found[year, year + 1] for year in range(2014, 2019)] == [Decimal(value) for value in expected]
    assert len(found) == 5


def test_f21_shares_of_project_support() -> None:
    shares = dict(
        fetch(
            "bi_reader",
            """
            select member_code, round(100 * sum(amount_usd) / sum(sum(amount_usd)) over (), 2)
            from marts.mart_project_support_by_iscm where report_scope = 'Selected ISCMs' group by 1
            """,
        )
    )
    printed = {member: shares[member] for member in ("MIDWA", "RCM", "BALI")}
    assert printed == {"MIDWA": Decimal("53.49"), "RCM": Decimal("23.25"), "BALI": Decimal("18.11")}


def _contributions(measure: str, year_from: int, year_to: int) -> dict[str, tuple[Decimal, Decimal]]:
    rows = fetch(
        "bi_reader",
        f"""
        select member_code, change_usd, contribution_pct from marts.{CHANGES}
        where measure = %s and year_from = %s and year_to = %s and report_scope = 'Selected ISCMs' and change_usd <> 0
        """,
        measure,
        year_from,
        year_to,
    )
    return {member: (change, share) for member, change, share in rows}


def test_f22_and_i10_what_each_iscm_adds_to_the_fall_of_2019() -> None:
    assert _contributions("project_support", 2018, 2019) == {
        "MIDWA": (-5_765_300, Decimal("57.9")),
        "RCM": (-2_836_100, Decimal("28.5")),
        "BALI": (-1_314_900, Decimal("13.2")),
        "PLACMI": (-42_000, Decimal("0.4")),
    }
    total = "select distinct total_change_usd from marts.{} where measure = 'project_support' and year_from = 2018"
    scope = " and year_to = 2019 and report_scope = 'Selected ISCMs'"
    assert one("bi_reader", total.format(CHANGES) + scope) == -9_958_300
    ((value, state),) = _rows("I-10", "other_value, discrepancy_state")
    assert (value, state) == (Decimal("57.9"), "differs")


def test_n11_what_made_osi_rise_in_2016() -> None:
    changes = {member: change for member, (change, _) in _contributions("osi", 2015, 2016).items()}
    # of PAFoM 60,000 and the pledge of 100,000
    assert changes == {"GFMD": 150_000, "PAFOM": 160_000, "GRCP": 16_348}
    assert sum(changes.values()) == 326_348


def test_n12_n13_money_beside_the_tables_is_shown_beside_them() -> None:
    assert _rows("I-06", "claim_value, other_value, difference") == [(247_400, 347_400, -100_000)]
    beside = sorted(_rows("I-08", "claim_value, other_value"))
    assert beside == [(0, 65_000), (0, 120_000), (0, 127_024)]


def test_f30_every_printed_percentage_is_its_answers_half_up() -> None:
    by_n: dict[int, Counter[int]] = {}
    for number, asked in fetch(
        "auditor",
        f"""
        select k.computed_as_printed::integer, f.denominator from marts.{CHECKS} as k
        join marts.fct_claims as f using (claim_id) where k.check_rule = 'share_of_answers'
        """,
    ):
        by_n.setdefault(asked, Counter())[number] += 1
    assert by_n == {
        24: Counter([96, 38, 38, 21, 8, 63, 71, 58, 75, 75, 50]),
        22: Counter([91, 95, 73, 82, 45]),
    }
    assert {state for _, _, state in _checks("share_of_answers").values()} == {"agrees"}


def test_f31_the_colombo_process_year_by_year() -> None:
    found = _growth("project_support", "growth_pct", "member_code = 'COLOMBO' and year_from >= 2016")
    steps = [found[year, year + 1] for year in (2016, 2017, 2018)]
    assert steps == [Decimal("14.17"), Decimal("-11.49"), Decimal("-20.65")]
    assert found[2016, 2019] == Decimal("-19.81")
    assert _rows("I-09", "part, other_value") == [("2017", Decimal("14.17"))]


def _rows(conflict: str, columns: str) -> list[tuple[Any, ...]]:
    rows = fetch("bi_reader", f"select {columns} from marts.{DISCREPANCIES} where conflict_id = %s", conflict)
    assert rows
    return rows


def test_f32_both_amounts_of_2015_live_and_the_difference_is_1() -> None:
    assert (
        _rows("I-01", "claim_id, claim_value, other_value, difference, severity, discrepancy_state")
        == [("L589-GRCP-2015", 48_653, 48_652, 1, "H", "differs")] * 2
    )  # beside the table, and beside our own figure
    assert {row[0] for row in _rows("I-01", "other_claim_id")} == {"T4-GRCP-2015", None}
    assert one("auditor", "select count(*) from marts.fct_claims where claim_value in (48652, 48653)") == 2


def test_f35_a_jump_of_eight_times_is_shown() -> None:
    rows = fetch(
        "bi_reader",
        f"""
        select claim_id, other_claim_id, conflict_id, severity, treatment from marts.{DISCREPANCIES}
        where compared_by = 'order_of_magnitude'
        """,
    )
    assert {(claim, other, conflict) for claim, other, conflict, *_ in rows} == {
        ("T5-RCM-2019", "T5-RCM-2018", "I-11"),
        ("T4-GFMD-2017", "T4-GFMD-2016", None),
        ("T4-GFMD-2018", "T4-GFMD-2017", None),
    }
    assert {severity for _, _, conflict, severity, _ in rows if conflict is None} == {"not_rated"}


def test_all_44_conflicts_are_in_the_register_and_seen_with_their_treatment() -> None:
    with CONFLICTS.open(encoding="utf-8", newline="") as file:
        register = {row["conflict_id"]: row for row in csv.DictReader(file)}
    assert set(register) == {f"I-{number:02}" for number in range(1, 45)}
    rows = fetch(
        "bi_reader",
        f"""
        select conflict_id, severity, treatment, bool_or(discrepancy_kind <> 'recorded')
        from marts.{DISCREPANCIES} where conflict_id is not null group by 1, 2, 3
        """,
    )
    assert {key: (severity, treatment) for key, severity, treatment, _ in rows} == {
        key: (row["severity"], row["treatment"]) for key, row in register.items()
    }
    computed = {key for key, row in register.items() if row["handling"] == "computed"}
    assert len(computed) == 13
    assert computed <= {key for key, _, _, compared in rows if compared}


def test_the_same_16_700_twice_is_shown_as_such_and_neither_is_removed() -> None:
    assert _rows("I-12", "claim_value, other_value, difference, discrepancy_state") == [
        (16_700, 16_700, 0, "same_amount")
    ]


def test_osi_of_colombo_in_2018_is_not_computed_and_not_zero() -> None:
    rows = _rows("I-07", "claim_id, other_value, discrepancy_state")
    assert sorted(rows) == [
        ("L916-COLOMBO-OFFICER-2018", None, "not_computed"),
        ("L916-COLOMBO-OFFICER-2019", None, "not_computed"),
    ]


def test_what_placmi_gave_sacm_for_certain_is_nothing() -> None:
    rows = _rows("I-04", "claim_value, other_value, difference")
    assert len(rows) == 6
    assert sum(row[0] for row in rows) == sum(row[2] for row in rows) == 2_375_200
    assert {row[1] for row in rows} == {0}
