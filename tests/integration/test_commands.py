"""The commands around a submission, as processes of their own: what they print, answer in JSON and exit with."""

import datetime as dt
import json
import shutil
import stat
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from ingestion.contract import feeds
from ingestion.progress import ProgressLog
from tests.integration.support import command, one, osi_file
from warehouse.settings import PROJECT, Settings, settings

UNTIL = str(dt.date.today() + dt.timedelta(days=100))
REASON = "the programme ended in June"


def answer(*arguments: str | Path, code: int) -> dict[str, Any]:
    """The answer in JSON of a command that ends with `code`; it is what the schema says."""
    done = command(*arguments, "--json")
    assert done.returncode == code, done.stdout + done.stderr
    data: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(data, json.loads((PROJECT / "docs" / "answer.schema.json").read_text(encoding="utf-8")))
    return data


def odd(folder: Path) -> Path:
    """Two years of which the second is a twentieth of the first: what the delivery gate holds back."""
    path = osi_file(folder, ["10000.00", "500.00"], "odd.csv", reporting_period="2018-2019")
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("2019-01-01", "2018-01-01").replace("2019-12-31", "2018-12-31", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_every_command_says_how_it_is_used_and_what_it_exits_with() -> None:
    names = (
        "accept",
        "acknowledge",
        "check",
        "drop",
        "feed-docs",
        "feed-page",
        "land",
        "mail",
        "simulate-rules",
        "status",
        "template",
    )
    for name in names:
        done = command(name, "--help")
        assert done.returncode == 0
        assert "Example: iscm " in done.stdout, name
    assert "Exit codes: 0 done" in command("--help").stdout


def test_check_and_land_answer_alike_in_json(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path / "osi_allocations", ["1.00", "abc"])
    checked, landed = answer("check", path, code=3), answer("land", path, code=3)
    assert {name for name in checked if checked[name] != landed[name]} == {"submission", "arrival", "received_at"}
    (finding,) = checked["findings"]
    assert (finding["row"], finding["column"], finding["value"], finding["rule_id"], finding["severity"]) == (
        3, "amount", "abc", "value-number", "blocking",
    )  # fmt: skip
    assert finding["cell"] == "I3"
    path = osi_file(tmp_path / "osi_allocations", ["1.00"], "right.csv")
    assert answer("check", path, code=0)["totals"] == answer("land", path, code=0)["totals"] == {"USD": "1.00"}
    assert answer("land", path, code=0)["outcome"] == "duplicate"


def test_check_works_without_a_warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISCM_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("ISCM_POSTGRES_PORT", "1")
    data = answer("check", osi_file(tmp_path, ["1.00"]), "--feed", "osi_allocations", code=0)
    assert (data["outcome"], data["compared"]) == ("accepted", False)
    assert not (tmp_path / "none").exists()


def test_what_is_no_file_is_answered_by_check_too(tmp_path: Path) -> None:
    path = tmp_path / "osi_allocations" / "link.csv"
    path.parent.mkdir()
    path.symlink_to("/etc/passwd")
    data = answer("check", path, code=3)
    assert [found["rule_id"] for found in data["findings"]] == ["file-kind"]
    missing = command("check", tmp_path / "nothing.csv", "--feed", "posts")
    assert missing.returncode == 1
    assert "there is no file" in missing.stderr


def test_drop_puts_a_file_and_its_totals_into_the_folder_and_never_over_one_that_waits(
    warehouse: Settings, tmp_path: Path
) -> None:
    path = osi_file(tmp_path, ["1.00"])
    (tmp_path / "osi.control.csv").write_text("currency,rows,sum\nUSD,1,1.00\n")
    done = command("drop", path, "--feed", "osi_allocations")
    assert done.returncode == 0, done.stderr
    folder = settings().drop / "osi_allocations"
    assert sorted(item.name for item in folder.iterdir()) == ["osi.csv", "osi.csv.control.csv"]
    assert (folder / "osi.csv").read_bytes() == path.read_bytes()
    again = command("drop", path, "--feed", "osi_allocations")
    assert again.returncode == 1
    assert "waits already" in again.stderr
    unknown = command("drop", path, "--feed", "osi")
    assert unknown.returncode == 1
    assert "there is no feed" in unknown.stderr


def test_a_receipt_is_verified_and_a_changed_one_is_not(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path / "osi_allocations", ["1.00"])
    number = answer("land", path, code=0)["submission"]
    (receipt,) = (settings().outbox / "osi_allocations").glob("*.json")
    genuine = command("status", receipt)
    assert genuine.returncode == 0
    assert "the receipt is genuine" in genuine.stdout
    data = json.loads(receipt.read_text(encoding="utf-8"))
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(data | {"totals": {"USD": "2.00"}}))
    refused = command("status", forged)
    assert refused.returncode == 3
    assert "NOT what the register says: totals differ" in refused.stdout
    forged.write_text(json.dumps(data | {"submission": number + 1}))
    assert command("status", forged).returncode == 3
    received = dt.datetime.fromisoformat(data["received_at"])
    for moment, code in (
        (received.astimezone(dt.timezone(dt.timedelta(hours=2))).isoformat(), 0),
        ((received + dt.timedelta(microseconds=1)).isoformat(), 3),
        ("soon", 3),
    ):
        forged.write_text(json.dumps(data | {"received_at": moment}))
        assert command("status", forged).returncode == code, moment


def test_status_of_a_file_a_feed_a_number_and_of_what_is_unknown(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path / "osi_allocations", ["1.00"])
    number = answer("land", path, code=0)["submission"]
    by_file = json.loads(command("status", path, "--json").stdout)
    by_number = json.loads(command("status", str(number), "--json").stdout)
    assert by_file["submissions"] == by_number["submissions"]
    (item,) = by_file["submissions"]
    assert (item["state"], item["published"], item["rows"]) == ("in force", False, 1)
    assert "1 in force" in command("status", "osi_allocations").stdout
    assert len(json.loads(command("status", "--json").stdout)["feeds"]) == len(feeds()) >= 12
    never = osi_file(tmp_path, ["9.00"], "never.csv")
    assert "never received" in command("status", never).stdout
    unknown = command("status", "no-such-thing")
    assert unknown.returncode == 1
    assert "no file, feed or submission number" in unknown.stderr


def test_what_is_odd_is_accepted_with_a_reason_a_name_and_a_day(warehouse: Settings, tmp_path: Path) -> None:
    path = odd(tmp_path / "osi_allocations")
    data = answer("land", path, code=5)
    assert [found["rule_id"] for found in data["findings"]] == ["delivery-magnitude"]
    number = str(data["submission"])
    in_force = "select count(*) from ops.current_submissions"
    for arguments, message in (
        (("--finding", "2", "--reason", REASON, "--until", UNTIL), "finding 2 of submission"),
        (("--all", "--reason", "short", "--until", UNTIL), "at least 10 characters"),
        (("--all", "--reason", REASON, "--until", "2020-01-01"), "a day in the next 400"),
    ):
        refused = command("accept", number, *arguments)
        assert refused.returncode == 3
        assert message in refused.stderr
    assert one("auditor", in_force) == 0
    done = command("accept", number, "--finding", "1", "--reason", REASON, "--until", UNTIL, "--by", "finance, HQ")
    assert done.returncode == 0, done.stderr
    assert one("auditor", in_force) == 1
    # its file is dropped once more, so that its sender gets a receipt and the build begins
    assert (settings().drop / "osi_allocations" / "odd.csv").read_bytes() == path.read_bytes()
    assert answer("land", path, code=0)["outcome"] == "duplicate"
    said = command("status", number).stdout
    assert f"accepted by finance, HQ until {UNTIL}: {REASON}" in said
    again = command("accept", number, "--all", "--reason", REASON, "--until", UNTIL)
    assert again.returncode == 3
    assert "in force already" in again.stderr


def test_an_accepted_oddity_is_remembered_for_a_correction(warehouse: Settings, tmp_path: Path) -> None:
    path = odd(tmp_path / "osi_allocations")
    number = str(answer("land", path, code=5)["submission"])
    assert command("accept", number, "--all", "--reason", REASON, "--until", UNTIL).returncode == 0
    path.write_text(path.read_text(encoding="utf-8").replace(",Ledger,", ",Ledger of May,"), encoding="utf-8")
    data = answer("land", path, code=0)
    (note,) = data["findings"]
    assert note["severity"] == "note"
    assert f"until {UNTIL}: {REASON}" in note["message"]
    # another amount is another oddity
    path.write_text(path.read_text(encoding="utf-8").replace("500.00", "400.00"), encoding="utf-8")
    assert answer("land", path, code=5)["outcome"] == "quarantined"


def test_rules_are_simulated_on_everything_received(warehouse: Settings, tmp_path: Path) -> None:
    answer("land", osi_file(tmp_path / "osi_allocations", ["1.00", "5000.00"]), code=0)
    answer("land", osi_file(tmp_path / "osi_allocations", ["-1.00"], "below.csv", reporting_office="HQ"), code=3)
    changed = tmp_path / "contracts"
    shutil.copytree(PROJECT / "ingestion" / "contracts", changed)
    contract = changed / "osi_allocations.yaml"
    contract.write_text(contract.read_text().replace("minimum: 0", "minimum: -10\n      maximum: 1000"))
    assert "maximum: 1000" in contract.read_text()
    before = one("auditor", "select count(*) from ops.arrivals")
    done = command("simulate-rules", "--contracts", changed, "--json")
    assert done.returncode == 3, done.stderr
    found = json.loads(done.stdout)
    assert found["judged"] == 2
    assert [(item["was"], item["would_be"], item["rule_counts"]) for item in found["changed"]] == [
        ("accepted", "rejected", {"value-maximum": 1}), ("rejected", "accepted", {}),
    ]  # fmt: skip
    assert command("simulate-rules").returncode == 0
    assert one("auditor", "select count(*) from ops.arrivals") == before
    contract.write_text("nonsense: [")
    broken = command("simulate-rules", "--contracts", changed)
    assert broken.returncode == 1
    assert "osi_allocations.yaml is not a contract" in broken.stderr


def test_the_senders_own_workbook_comes_back_marked(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path / "osi_allocations", ["1.00", "abc"])
    answer("land", path, code=3)
    (marked,) = (settings().outbox / "osi_allocations").glob("*.findings.xlsx")
    book = openpyxl.load_workbook(marked)
    cell = book["Export"]["I3"]
    assert cell.value == "abc"
    assert "value-number" in cell.comment.text
    assert stat.S_IMODE((settings().outbox / "osi_allocations").stat().st_mode) == 0o700
    right = osi_file(tmp_path / "osi_allocations", ["1.00"], "right.csv")
    answer("land", right, code=0)
    assert not list((settings().outbox / "osi_allocations").glob("right*.xlsx"))


def test_templates_and_pages_are_written_from_the_contract(tmp_path: Path) -> None:
    target = tmp_path / "t.xlsx"
    assert command("template", "posts", target).returncode == 0
    assert "Control" in openpyxl.load_workbook(target).sheetnames
    assert command("template", "event_reports", target, "--form").returncode == 0
    assert openpyxl.load_workbook(target).sheetnames[0] == "Form"
    assert command("feed-page", "posts").stdout == (PROJECT / "docs" / "feeds" / "posts.md").read_text(encoding="utf-8")
    for name in ("template", "feed-page"):
        unknown = command(name, "nothing")
        assert unknown.returncode == 1
        assert "there is no feed" in unknown.stderr


def test_nothing_is_mailed_without_a_server(warehouse: Settings, tmp_path: Path) -> None:
    answer("land", osi_file(tmp_path / "osi_allocations", ["1.00"]), code=0)
    assert command("mail").returncode == 0
    refused = command("acknowledge", "1", "--by", "finance, HQ")
    assert refused.returncode == 3


def test_a_long_file_shows_how_far_it_has_come_while_it_is_being_landed(warehouse: Settings) -> None:
    told: list[tuple[int, float]] = []
    with ProgressLog("posts", "long.csv", lambda rows, share: told.append((rows, share))) as log:
        log(1_000, 0.25)
        log(3_000, 0.75)
        assert "being landed: long.csv, 3,000 rows, 75%" in command("status", "posts").stdout
    assert told == [(1_000, 0.25), (3_000, 0.75)]
    assert "being landed" not in command("status", "posts").stdout
