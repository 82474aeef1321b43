"""What a reviewer looked for: totals beside known bytes, places that are taken, receipts of what was accepted."""

import datetime as dt
import socket
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import cursor

from ingestion.comparison import landed_keys_elsewhere
from ingestion.contract import contract
from ingestion.coverage import Coverage
from iscm.acceptance import accept
from iscm.dropping import AlreadyWaitingError, drop_file
from iscm.status import status
from iscm.submitting import land_file
from tests.integration.support import change, fetch, land, one, osi_file
from warehouse.database import connect
from warehouse.settings import Settings, settings

UNTIL = dt.date.today() + dt.timedelta(days=30)


def odd(folder: Path, **same: str) -> Path:
    """A file of two years that the delivery gate holds back."""
    path = osi_file(folder, ["10000.00", "500.00"], "odd.csv", "K", reporting_period="2018-2019", **same)
    lines = path.read_text().splitlines()
    lines[1] = lines[1].replace("2019-01-01", "2018-01-01").replace("2019-12-31", "2018-12-31", 1)
    path.write_text("\n".join(lines) + "\n")
    return path


def test_every_receipt_of_a_file_that_was_held_back_is_genuine(warehouse: Settings, tmp_path: Path) -> None:
    path = odd(tmp_path / "osi_allocations")
    held = land_file(path)
    assert held.submission
    accept(held.submission, [], "the programme ended", UNTIL, "finance, HQ")
    let_in = land_file(path)
    assert (let_in.outcome, let_in.accepted) == ("duplicate", True)
    assert any("were accepted and are in force" in line for line in let_in.lines())
    receipts = sorted((settings().outbox / "osi_allocations").glob("*.json"))
    assert len(receipts) == 2
    for receipt in receipts:
        assert status(str(receipt))["differences"] == []


def test_a_key_that_stands_in_a_file_that_is_held_back_is_seen(warehouse: Settings, tmp_path: Path) -> None:
    assert land(odd(tmp_path))["outcome"] == "quarantined"
    year = {"reporting_period": "2020", "period_start": "2020-01-01", "period_end": "2020-12-31"}
    answer = land(osi_file(tmp_path, ["1.00"], key="K", **year))
    assert [finding["rule_id"] for finding in answer["findings"]] == ["key-earlier"]


class Explained(cursor):
    """A cursor that keeps the plan of each question about rows of `raw`."""

    plans: list[str]

    def execute(self, query: str | sql.Composable, values: object = None) -> None:
        if isinstance(query, sql.Composable):
            super().execute(sql.SQL("explain ") + query, values)
            self.plans = [line for (line,) in self.fetchall()]
        super().execute(query, values)


def test_rows_that_no_statistics_know_are_not_looked_up_one_by_one(warehouse: Settings, tmp_path: Path) -> None:
    def of_year(year: str, key: str) -> dict[str, Any]:
        span = {"reporting_period": year, "period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
        return land(osi_file(tmp_path, ["1.00"] * 300, f"{year}.csv", key, **span))

    assert [of_year(year, year)["outcome"] for year in ("2018", "2019")] == ["accepted"] * 2
    number = of_year("2020", "2018")["submission"]
    period = Coverage("OIG", dt.date(2020, 1, 1), dt.date(2020, 12, 31))
    with connect("loader") as link, link.cursor(cursor_factory=Explained) as run:
        found = landed_keys_elsewhere(run, contract("osi_allocations"), number, period)
        assert len(found) == 300
        assert [line for line in run.plans if "Join" in line]
        assert not [line for line in run.plans if "Nested Loop" in line]
        run.execute("show enable_nestloop")
        assert run.fetchone() == ("on",)


def test_known_bytes_with_totals_that_they_do_not_meet_are_refused(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path, ["1.00"])
    assert land(path)["outcome"] == "accepted"
    control = tmp_path / "osi.control.csv"
    control.write_text("currency,rows,sum\nUSD,2,9.00\n")
    answer = land(path)
    assert answer["outcome"] == "rejected"
    assert {finding["rule_id"] for finding in answer["findings"]} == {"control-rows", "control-sum"}
    control.write_text("currency,rows,sum\nUSD,1,1.00\n")
    assert land(path)["outcome"] == "duplicate"
    # each set of totals that ever came is on record
    assert one("auditor", "select count(distinct control_sha256) from ops.arrivals") == 2
    assert one("auditor", "select count(*) from raw.osi_allocations") == 1


@pytest.mark.parametrize("name", ["TOTAL", "Total 2014", "GRAND-TOTAL", "Grand total:", "Suma total", "SUM"])
def test_a_row_of_totals_is_no_row(warehouse: Settings, tmp_path: Path, name: str) -> None:
    path = osi_file(tmp_path, ["1.00", "1.00"], key="A")
    path.write_text(path.read_text().replace("A-1,", f"{name},"))
    answer = land(path)
    assert [(finding["rule_id"], finding["row"]) for finding in answer["findings"]] == [("row-total", 3)]


def test_a_submission_takes_only_the_place_of_one_that_covers_the_same(warehouse: Settings, tmp_path: Path) -> None:
    first = land(osi_file(tmp_path, ["1.00"]))["submission"]
    held = land(odd(tmp_path, reporting_office="HQ"))["submission"]
    change(
        "steward",
        *(
            "insert into ops.acceptances (submission_id, finding_number, reason, valid_until, accepted_by)"
            f" values ({held}, {number}, 'a good reason', current_date + 10, 'finance')"
            for (number,) in fetch("auditor", "select finding_number from ops.open_findings")
        ),
    )
    with pytest.raises(psycopg2.errors.RaiseException, match="cannot take its place"):
        change("steward", f"insert into ops.admissions (submission_id, supersedes) values ({held}, {first})")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        change("steward", f"insert into ops.admissions (submission_id, admitted_by) values ({held}, 'somebody else')")


def test_totals_are_never_left_beside_the_file_of_somebody_else(warehouse: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    drop_file(osi_file(tmp_path, ["1.00"]), folder)
    (tmp_path / "osi.control.csv").write_text("currency,rows,sum\nUSD,1,1.00\n")
    with pytest.raises(AlreadyWaitingError):
        drop_file(tmp_path / "osi.csv", folder)
    assert [path.name for path in folder.iterdir()] == ["osi.csv"]


def test_a_socket_and_an_unknown_folder_are_answered(warehouse: Settings, tmp_path: Path) -> None:
    place = tmp_path / "posts"
    place.mkdir()
    with socket.socket(socket.AF_UNIX) as ear:
        ear.bind(str(place / "s.csv"))
        assert [found.rule for found in land_file(place / "s.csv", take=True).findings] == ["file-kind"]
    assert not list(place.iterdir())
    answer = land_file(osi_file(tmp_path, ["1.00"]), "../elsewhere")
    assert [found.rule for found in answer.findings] == ["file-feed"]
    assert list((settings().outbox / "unknown").glob("osi.csv.*.json"))
    assert not (settings().home / "elsewhere").exists()
