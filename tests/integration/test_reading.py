"""The reader process: told its order, asked what it found; whatever becomes of it, the caller goes on."""

import io
import subprocess
import sys
from csv import reader
from pathlib import Path

import psutil
import psycopg2
import pytest

from ingestion import proved_ahead, reading
from ingestion.readers import plain_lines
from ingestion.reading import Inspected, Reading, environment
from tests.integration.support import counts, land, landed, osi_file
from warehouse.settings import SECRETS_FILE, Settings

MANY = 60_000


def _found(path: Path, *, rows: bool = True) -> tuple[Inspected, list[list[str]]]:
    with Reading() as process:
        columns = process.order(path, path.name, "osi_allocations", 7, None, rows=rows)
        text = process.rows.read().decode() if columns and rows else ""
        return process.found(), list(reader(io.StringIO(text, newline="")))


def _instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have another program read, which may change the reader before it starts."""
    start = subprocess.Popen

    def other(command: list[str], **how: object) -> "subprocess.Popen[bytes]":
        if command[1:] == ["-m", "ingestion.reader_process"]:
            command = [sys.executable, "-c", f"import os, sys, ingestion.reader_process as r\n{code}"]
        return start(command, **how)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(reading.subprocess, "Popen", other)


def test_a_file_is_read_in_another_process_and_comes_as_rows_for_copy(warehouse: Settings, tmp_path: Path) -> None:
    found, rows = _found(osi_file(tmp_path, ["1.00", "2.50"]))
    assert (found.row_count, found.blocked, found.findings) == (2, False, [])
    assert {code: str(total) for code, total in found.totals.items()} == {"USD": "3.50"}
    assert found.coverage
    assert (found.coverage.office, found.coverage.label) == ("OIG", "2019")
    assert [row[:3] for row in rows] == [["7", "", "2"], ["7", "", "3"]]
    assert ("total", "USD", "2019") in {measure[:3] for measure in found.measures}


def test_lines_of_blank_cells_do_not_end_the_rows(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path, ["1.00", "2.00"])
    heading, first, second = path.read_text().splitlines(keepends=True)
    blank = "," * heading.count(",") + "\n"
    path.write_text(heading + first + blank * (2 * plain_lines.BLOCK // len(blank)) + second)
    found, rows = _found(path)
    assert (found.row_count, len(rows), found.blocked) == (2, 2, False)
    assert rows[1][2] == str(len(path.read_text().splitlines()))


def test_what_was_found_is_known_without_the_rows(warehouse: Settings, tmp_path: Path) -> None:
    found, rows = _found(osi_file(tmp_path, ["1.00", "abc"]), rows=False)
    assert (found.row_count, found.blocked, rows) == (2, True, [])
    assert [(finding.rule, finding.row) for finding in found.findings] == [("value-number", 3)]
    assert found.counts == {"value-number": 1}
    assert found.measures == []


def test_a_file_that_is_no_table_has_no_columns_and_one_finding(warehouse: Settings, tmp_path: Path) -> None:
    path = tmp_path / "osi.csv"
    path.write_bytes(b"PK\x03\x04")
    found, rows = _found(path)
    assert ([finding.rule for finding in found.findings], found.sheet, rows) == (["file-kind"], None, [])


def test_a_reader_without_an_order_ends_with_the_block(warehouse: Settings) -> None:
    with Reading() as process:
        child = process._process
    assert child.poll() is not None


def test_a_long_file_says_how_far_it_has_come(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _instead(monkeypatch, "clock = iter(range(9999)); r.time.monotonic = lambda: 2 * next(clock)\nr.main()")
    heard: list[tuple[int, float]] = []
    path = osi_file(tmp_path, ["1.00"] * MANY)
    with Reading(lambda rows, share: heard.append((rows, share))) as process:
        process.order(path, path.name, "osi_allocations", 7, None, rows=False)
        assert process.found().row_count == MANY
    assert len(heard) > 1
    assert heard == sorted(heard)
    assert all(0 < rows <= MANY and 0 < share <= 1 for rows, share in heard)


LIMITS = {
    # how a library ends that gets no memory differs from run to run
    "memory": ("r.MEMORY = 2**20\nr.main()", "the file cannot be read"),
    "time": ("r.SECONDS = 1; r.BYTES_PER_SECOND = 2**40\nr._read = lambda *_: all(1 for _ in iter(int, 1))\nr.main()",
             "it takes longer"),
    "a kill": ("os.kill(os.getpid(), 9)", "the system stopped the reader"),
    "a fault of its own": ("raise SystemError('no luck')", "broke down (SystemError: no luck)"),
    "a fault after its order": ("r._read = None\nr.main()", "broke down (TypeError"),
    "an end without a word": ("r._read = lambda *_: None\nr.main()", "broke down (0)"),
}  # fmt: skip


@pytest.mark.parametrize("end", LIMITS)
def test_a_reader_that_is_stopped_is_one_finding_and_the_next_file_is_read(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    code, words = LIMITS[end]
    path = osi_file(tmp_path, ["1.00"] * 1000)
    with monkeypatch.context() as patch:
        _instead(patch, code)
        answer = land(path)
    assert (answer["outcome"], [f["rule_id"] for f in answer["findings"]]) == ("rejected", ["file-limits"])
    assert words in answer["findings"][0]["message"]
    assert landed() == (1, 0)
    assert land(path)["outcome"] == "accepted"
    assert landed() == (2, 1000)


def test_a_reader_that_dies_in_the_middle_of_a_row_leaves_no_row(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = """
import struct
from ingestion.row_stream import write_rows
def _read(order, messages):
    from ingestion.contract import contract
    r._say(messages, {"columns": list(contract(order["feed"]).names), "sheet": None})
    whole = "%d,,2,%s\\n" % (order["submission"], ",".join(["x"] * 16))
    write_rows(sys.stdout.buffer, whole.encode())
    sys.stdout.buffer.write(struct.pack("<cQQQ", b"R", 100, 0, 0) + b'1,,3,"A')
    sys.stdout.buffer.flush()
    os.kill(os.getpid(), 9)
r._read = _read
r.main()
"""
    path = osi_file(tmp_path, ["1.00"])
    with monkeypatch.context() as patch:
        _instead(patch, half)
        answer = land(path)
    assert (answer["outcome"], [f["rule_id"] for f in answer["findings"]]) == ("rejected", ["file-limits"])
    assert landed() == (1, 0)


def test_rows_that_the_database_refuses_though_they_were_found_right_stop_the_landing(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # that would be a fault of ours: nothing is written, nothing is answered
    wrong = "from ingestion.inspection import Inspection as I\nwhole = I.pieces\n"
    wrong += "I.pieces = lambda seen, n: (b'%d,,2,too few' % n for _ in whole(seen, n))\nr.main()"
    before = counts()
    with monkeypatch.context() as patch:
        _instead(patch, wrong)
        with pytest.raises(psycopg2.DataError):
            land(osi_file(tmp_path, ["1.00"] * 20_000))
    assert counts() == before


def test_a_caller_that_stops_listening_ends_the_reader(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path, ["1.00"] * MANY)
    # with a column of the sender's own each row is written anew, more than fits into a pipe
    path.write_text("".join(f"{line},{(n and 1) or 'x_own'}\n" for n, line in enumerate(path.read_text().splitlines())))
    with Reading() as process:
        process.order(path, path.name, "osi_allocations", 7, None, rows=True)
        assert process.rows.read(1)
        process.rows.close()
        process._process.wait(20)
        assert process._process.returncode == 1


def _long(folder: Path) -> Path:
    """A file of more blocks than it takes for helpers."""
    (line,) = osi_file(folder, ["1.00"]).read_text().splitlines()[1:]
    heading = osi_file(folder, ["1.00"]).read_text().splitlines()[0]
    number = line.split(",", 1)[0]
    count = (proved_ahead.WORTHWHILE + 1) * plain_lines.BLOCK // len(line)
    path = folder / "long.csv"
    path.write_text("\n".join([heading, *(line.replace(number, f"{number}-{n}", 1) for n in range(count))]) + "\n")
    return path


@pytest.mark.skipif(not proved_ahead.HELPERS, reason="helpers need four processors")
@pytest.mark.parametrize("fault", ["none", "helper", "reader", "left"])
def test_helpers_of_a_long_file_outlive_nobody(warehouse: Settings, tmp_path: Path, fault: str) -> None:
    path = _long(tmp_path)
    rows = len(path.read_text().splitlines()) - 1
    with Reading() as process:
        process.order(path, path.name, "osi_allocations", 7, None, rows=True)
        first = process.rows.read(1)
        reader_itself = psutil.Process(process._process.pid)
        helpers = reader_itself.children()
        assert len(helpers) == proved_ahead.HELPERS
        if fault == "helper":
            helpers[0].kill()
        if fault == "reader":
            reader_itself.kill()
        if fault != "left":
            handed_on = first.count(b"\n") + process.rows.read().count(b"\n")
            found = process.found()
            assert found.blocked == (fault == "reader")
            assert (handed_on, found.row_count) == (rows, rows) or fault == "reader"
    _, alive = psutil.wait_procs(helpers, timeout=20)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_the_reader_needs_no_wide_pipe(warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no more pages for pipes of this user")

    monkeypatch.setattr(reading.fcntl, "fcntl", refuse)
    found, rows = _found(osi_file(tmp_path, ["1.00", "2.50"]))
    assert (found.row_count, len(rows), found.blocked) == (2, 2, False)


def test_the_reader_is_given_no_password_and_finds_none(warehouse: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISCM_LOADER_PASSWORD", "secret")
    monkeypatch.setenv("PGPASSWORD", "secret")
    given = environment(warehouse.contracts)
    assert "secret" not in given.values()
    assert (warehouse.home / SECRETS_FILE).exists()
    code = "from warehouse.settings import settings; print([k for k, v in settings() if 'password' in k and v])"
    done = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_reader_can_write_no_file(warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "mark"
    _instead(monkeypatch, f"r._read = lambda *_: open({str(mark)!r}, 'w').write('x')\nr.main()")
    found, _ = _found(osi_file(tmp_path, ["1.00"]))
    assert [finding.rule for finding in found.findings] == ["file-limits"]
    assert not mark.exists() or mark.read_bytes() == b""
