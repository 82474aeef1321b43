"""The answer to a sender: in words that say what happened and what to do, and as data."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from ingestion.answer import Answer, Difference
from ingestion.findings import Finding

ACCEPTED = Answer(
    "osi.csv", "osi_allocations", "accepted", "ab" * 32, 2, {"EUR": "1.00", "USD": "3.50"}, "OIG", dt.date(2019, 1, 1),
    dt.date(2019, 12, 31), contract_version="1.1.0", submission=7, arrival=9,
    received_at=dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC),
)  # fmt: skip


def _text(answer: Answer) -> str:
    return "\n".join(answer.lines())


def test_an_accepted_file_is_told_its_number_its_rows_and_its_totals() -> None:
    assert ACCEPTED.lines()[:3] == [
        "osi.csv: accepted, submission 7, 2 rows; EUR 1.00, USD 3.50",
        f"sha256 {'ab' * 32}",
        "OIG, 2019-01-01 to 2019-12-31",
    ]
    assert "osi_allocations 1.1.0" in _text(ACCEPTED)


def test_a_dry_run_says_that_nothing_was_kept() -> None:
    dry = replace(ACCEPTED, submission=None, arrival=None, received_at=None)
    assert dry.lines()[0].startswith("osi.csv: accepted (dry run: nothing was kept), 2 rows")
    assert "not compared" not in _text(dry)
    assert "not compared with earlier deliveries" in _text(replace(dry, compared=False))


def test_findings_are_numbered_in_words_and_as_data() -> None:
    found = [Finding("value-number", "write a number", row=3), Finding("n", "a note", severity="note")]
    answer = replace(ACCEPTED, outcome="rejected", findings=found, finding_count=2)
    assert answer.lines()[-3:] == [
        "2 findings:",
        "  1. blocking: osi.csv, row 3: write a number [value-number]",
        "  2. note: osi.csv: a note [n]",
    ]
    assert [(item["number"], item["rule_id"]) for item in answer.as_dict()["findings"]] == [
        (1, "value-number"),
        (2, "n"),
    ]
    assert "1500 findings, the first 2 of them:" in _text(replace(answer, finding_count=1500))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": "duplicate"}, "exactly these bytes were accepted before; nothing changed"),
        ({"outcome": "duplicate", "in_force": 8}, "submission 8 has taken their place"),
        ({"outcome": "quarantined"}, "held back: correct it and send it again, or have each warning accepted"),
        ({"superseded": 3}, "takes the place of submission 3"),
        (
            {"difference": Difference(3, 1, 2, 3, {"GRCP USD": "-4.00"})},
            "against submission 3: 1 rows added, 2 removed, 3 changed; moved: GRCP USD -4.00",
        ),
        ({"difference": Difference(3, 0, 0, 3)}, "0 removed, 3 changed; no money moved"),
    ],
)
def test_what_happened_is_explained(changes: dict[str, object], words: str) -> None:
    assert words in _text(replace(ACCEPTED, **changes))  # type: ignore[arg-type]
    assert words not in _text(ACCEPTED)


def test_a_held_correction_does_not_claim_a_place_yet() -> None:
    assert "takes the place" not in _text(replace(ACCEPTED, outcome="quarantined", superseded=3))


def test_the_data_are_plain_and_amounts_stay_text() -> None:
    answer = replace(ACCEPTED, difference=Difference(3, 1, 2, 3, {"GRCP USD": "-4.00"}))
    data = json.loads(json.dumps(answer.as_dict()))
    assert data["totals"] == {"EUR": "1.00", "USD": "3.50"}
    assert (data["period_start"], data["received_at"]) == ("2019-01-01", "2026-01-02T03:04:00+00:00")
    assert data["difference"] == {
        "supersedes": 3, "rows_added": 1, "rows_removed": 2, "rows_changed": 3, "moved": {"GRCP USD": "-4.00"},
    }  # fmt: skip
    assert set(data) == set(Answer.__dataclass_fields__)


def test_no_name_that_a_sender_chose_forges_a_line() -> None:
    answer = replace(ACCEPTED, file="a\nb.csv: accepted", feed="x\ny", findings=[Finding("r", "m")], finding_count=1)
    assert all(line.isprintable() for line in answer.lines())
