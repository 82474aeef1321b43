"""The register of mechanisms on the evaluation's own figures, published: fixtures F27, F28, F29 and the dated roles."""

import csv
import re
from pathlib import Path

import pytest

from iscm import steps
from tests.integration.support import change, fetch, one
from warehouse.settings import PROJECT, Settings

pytestmark = pytest.mark.usefixtures("published")

QUESTIONS = PROJECT / "docs" / "questions.md"
SEEDS = PROJECT / "dbt_project" / "seeds"


def _documented(name: str) -> str:
    found = re.findall(rf"<!-- query: {name} -->\n```sql\n(.*?)```", QUESTIONS.read_text(encoding="utf-8"), re.S)
    assert len(found) == 1, f"{name} stands {len(found)} times in {QUESTIONS}"
    return found[0]


def _secretariats_on(day: str) -> tuple[int, int, list[str]]:
    query = _documented("technical_secretariats")
    assert query.count("date '2019-03-31'") == 1
    ((_, count, stated, names),) = fetch("bi_reader", query.replace("2019-03-31", day))
    return count, stated, (names or "").split(", ")


def test_f27_technical_secretariats_as_of_two_days_by_the_documented_query() -> None:
    count, stated, names = _secretariats_on("2019-03-31")
    assert (count, stated, len(names)) == (12, 12, 12)
    assert {"PAFoM", "IDM", "CMC", "Bali Process"} <= set(names)
    later, stated_later, names_later = _secretariats_on("2019-10-31")
    assert (later, stated_later) == (11, 11)
    assert set(names) - set(names_later) == {"PAFoM"}


def test_f27_the_role_of_pafom_ends_with_the_last_day_of_september() -> None:
    assert _secretariats_on("2019-09-30")[0] == 12
    assert _secretariats_on("2019-10-01")[0] == 11


def test_a_day_for_which_the_source_states_no_role_says_so() -> None:
    count, stated, _ = _secretariats_on("2012-01-01")
    assert (count, stated) == (12, 0)  # presumed: no first day is stated


def test_i21_the_doubtful_ones_among_the_twelve_carry_their_doubt() -> None:
    doubts = dict(
        fetch(
            "bi_reader",
            """
            select member_code, certainty || '|' || basis from marts.mart_mechanism_roles
            where role = 'technical_secretariat' and conflict_id = 'I-21'
            """,
        )
    )
    assert set(doubts) == {"BALI", "CMC", "IDM", "PAFOM"}
    assert doubts["BALI"].startswith("de_facto|")
    assert "not agreed whether it is an ISCM" in doubts["IDM"]
    assert "not yet formal" in doubts["CMC"]


def test_i25_a_claimed_secretariat_is_recorded_and_not_counted() -> None:
    claimed = fetch("bi_reader", "select member_code from marts.mart_mechanism_roles where in_count = 'no'")
    assert claimed == [("MIDWA",)]
    assert "MIDWA" not in _secretariats_on("2019-03-31")[2]


def test_three_administrative_secretariats() -> None:
    rows = fetch(
        "bi_reader",
        "select member_code from marts.mart_mechanism_roles where role = 'administrative_secretariat' order by 1",
    )
    assert rows == [("GFMD",), ("IGC",), ("RCM",)]


def test_f28_iscms_by_type_thirty_printed_twenty_five_named_five_not() -> None:
    rows = fetch(
        "bi_reader",
        "select iscm_type, printed_count, named_count, not_named_count from marts.mart_mechanism_counts order by 1",
    )
    assert rows == [
        ("all", 30, 25, 5),
        ("global", 2, 2, None),
        ("irf", 12, 2, None),
        ("not_stated", None, 11, None),
        ("rcp", 16, 10, None),
    ]


def test_r19_the_grcp_is_an_event_series_and_no_iscm() -> None:
    rows = fetch("bi_reader", "select counts_as_iscm, count(*) from marts.mart_mechanisms group by 1 order by 1")
    assert rows == [(False, 1), (True, 25)]
    assert one("bi_reader", "select member_code from marts.mart_mechanisms where not counts_as_iscm") == "GRCP"


def test_i20_to_i24_conflicting_types_are_both_kept_and_one_is_agreed_with_a_reason() -> None:
    rows = fetch(
        "bi_reader",
        """
        select member_code, types_claimed, agreed_type from marts.mart_mechanisms where type_conflict order by 1
        """,
    )
    assert rows == [
        ("ADD", "irf, rcp", "irf"),
        ("BALI", "irf, rcp", "rcp"),
        ("GRCP", "iscm, not_an_iscm", "not_applicable"),
        ("IDM", "global, status_disputed", "global"),
    ]
    assert one("bi_reader", "select count(*) from marts.mart_mechanisms where agreed_type_reason = ''") == 0


def test_f29_engagements_by_iscm() -> None:
    rows = fetch("bi_reader", "select offices_engaged from marts.mart_mechanisms where offices_engaged is not null")
    assert (len(rows), sum(count for (count,) in rows)) == (21, 49)
    assert one("auditor", "select value from raw.source_claims where claim_id = 'L295-ENGAGED'") == "22"
    absent = fetch(
        "bi_reader",
        "select member_code from marts.mart_mechanisms where offices_engaged_state = 'not_reported' order by 1",
    )
    assert absent == [("GRCP",), ("IGC",), ("PRAGUE",), ("RIAM",), ("SACM",)]


def test_spellings_that_differ_lead_to_one_code() -> None:
    rows = dict(fetch("bi_reader", "select alias, stands_for from marts.mart_aliases"))
    assert len(rows) >= 40
    assert (rows["PIDS"], rows["MID-IGAD"], rows["MIDSAs"]) == ("PIDC", "IGAD-RCP", "MIDSA")
    assert {rows[name] for name in ("IOM Bangkok", "CO Bangkok", "IOM Thailand")} == {"CO-BANGKOK"}
    assert {rows[name] for name in ("RO Bangkok", "RO in Bangkok", "ROAP")} == {"RO-BANGKOK"}
    conflicts = {row[0] for row in fetch("bi_reader", "select conflict_id from marts.mart_aliases")}
    assert conflicts >= {"I-26", *(f"I-{number}" for number in range(30, 40))}


def test_every_office_that_may_send_files_is_in_the_register_of_offices() -> None:
    def codes(path: Path) -> set[str]:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["code"] for row in csv.DictReader(file)}

    senders = codes(PROJECT / "ingestion" / "code_lists" / "offices.csv")
    assert senders
    assert senders <= codes(SEEDS / "mechanisms" / "ref_offices.csv")


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("update candidate.mart_mechanism_roles set valid_to = null where member_code = 'PAFOM'", "roles: every dated"),
        ("delete from candidate.mart_mechanism_roles where member_code = 'IGC'", "roles: every dated"),
        (
            "update candidate.mart_mechanism_counts set not_named_count = 0 where iscm_type = 'all'",
            "counts: printed = named",
        ),
        (
            "update candidate.mart_mechanism_counts set printed_count = 17 where iscm_type = 'rcp'",
            "counts: printed figures",
        ),
        (
            "update candidate.mart_mechanisms set counts_as_iscm = true where member_code = 'GRCP'",
            "register: every ISCM",
        ),
        (
            "update candidate.mart_mechanisms set offices_engaged = 0 where member_code = 'SACM'",
            "register: offices engaged",
        ),
        ("delete from candidate.mart_aliases where alias = 'PIDS'", "aliases: every wording"),
    ],
)
def test_a_register_that_is_not_its_reference_data_is_red(built: Settings, statement: str, check: str) -> None:
    change("transformer", statement)
    passed, lines = steps.validate()
    assert not passed
    assert [line for line in lines[1:] if check in line], lines
