"""The corpus of damaged, hostile and odd files: each is refused with its true place, or loaded exactly."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any

import psycopg2.extras
import pytest

from ingestion.answer import Answer
from ingestion.contract import contract
from ingestion.control import read_control
from ingestion.inspection import Inspection
from ingestion.readers import read
from iscm.submitting import check_file, land_file
from tests.conftest import TEMPLATE
from tests.fixtures.corpus.base import OSI, as_csv, changed, clean_rows
from tests.fixtures.corpus.case import Case
from tests.fixtures.corpus.cases import CASES
from tests.fixtures.corpus.places import NAMES
from tests.fixtures.corpus.rows_and_totals import FIVE
from tests.fixtures.corpus.texts import CONTROLS
from tests.integration.corpus_verdict import complaints, differences, run_check, vague
from tests.integration.support import installation
from warehouse.database import connect
from warehouse.settings import PROJECT, SECRETS_FILE, settings

LIGHT = [case for case in CASES if not case.heavy]
HEAVY = [case for case in CASES if case.heavy]
RIGHT = [case for case in LIGHT if case.loaded]
WRONG = [case for case in LIGHT if not case.loaded]
PEAK_MIB = 300


Answers = dict[str, dict[str, Any]]
"""Answers by the name of their case, as JSON gives them."""


@contextmanager
def _without_a_warehouse(home: Path) -> Iterator[None]:
    """Settings of an installation that has no database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISCM_HOME", str(home))
        patch.setenv("ISCM_POSTGRES_PORT", "1")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Path]:
    """An empty folder for files, and no warehouse."""
    folder = tmp_path / "sent"
    folder.mkdir()
    with _without_a_warehouse(tmp_path / "home"):
        yield folder
    shutil.rmtree(folder)  # some are large, and pytest keeps the folders of three runs


def _asked(request: pytest.FixtureRequest, test: Callable[..., None]) -> list[Case]:
    """The cases with which this run calls a test."""
    items: list[Any] = [item for item in request.session.items if getattr(item, "function", None) is test]
    return [item.callspec.params["case"] for item in items]


def _answers(cases: list[Case], folder: Path, ask: Callable[[Path, str], Any], alike: bool = False) -> Answers:
    """Ask for several at a time, since starting a reader takes longer than reading; a crash is an answer, too."""

    def one(case: Case) -> tuple[str, dict[str, Any]]:
        room = folder / hashlib.sha256(case.name.encode()).hexdigest()
        room.mkdir()
        try:
            return case.name, _plain((_inspect if alike and case.alike else ask)(case.make(room), case.feed))
        except Exception as error:
            return case.name, {"outcome": f"CRASH: {error!r}", "findings": []}

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(pool.map(one, cases))


def _inspect(path: Path, feed: str) -> Answer:
    """What `check_file` answers, without a reader process."""
    terms, beside = contract(feed), path.with_name(f"{path.stem}.control.csv")
    control = read_control(beside.name, beside.read_bytes()) if beside.exists() else None
    seen = Inspection(lambda: read(path, path.name, terms), terms, control)
    for _ in seen.pieces():
        pass
    totals = {code: str(total) for code, total in seen.tally.totals.items()}
    return Answer(
        path.name, feed, "rejected" if seen.blocked else "accepted", None, rows=seen.row_count, totals=totals,
        findings=seen.notes.findings,
    )  # fmt: skip


def _plain(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(answer.as_dict()))
    return found


@pytest.fixture(scope="module")
def checked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """What `iscm check` answers where there is no warehouse."""
    cases = _asked(request, test_a_file_is_refused_with_its_place)
    with _without_a_warehouse(tmp_path_factory.mktemp("home")):
        return _answers(cases, tmp_path_factory.mktemp("checked"), check_file, alike=True)


@pytest.fixture(scope="module")
def landed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres: int, scratch_home: Path
) -> Iterator[tuple[Answers, dict[int, list[dict[str, Any]]]]]:
    """What `iscm land` answers, and the rows that then stand in `raw`, by submission."""
    cases = _asked(request, test_a_file_that_is_taken_is_loaded_exactly)
    home = tmp_path_factory.mktemp("landed") / "home"
    rows: dict[int, list[dict[str, Any]]] = {}
    with installation(home, scratch_home / SECRETS_FILE, postgres, "corpus", TEMPLATE):
        answers = _answers(cases, tmp_path_factory.mktemp("sent"), land_file)
        with connect("auditor") as link, link.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as run:
            for feed in sorted({case.feed for case in cases}):
                run.execute(f"select * from raw.{feed} order by _row_number")
                for row in run.fetchall():
                    rows.setdefault(row["_submission_id"], []).append(dict(row))
        yield answers, rows


def test_the_corpus_is_large_and_its_names_differ() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    damaged = [name for name in names if not name.startswith(("right-", "text-", "name-"))]
    # a ledger cut at one row and at the next count as one
    assert len([name for name in damaged if not name.startswith("csv-cut-after-row")]) >= 150
    assert len(HEAVY) >= 10


def test_the_corpus_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    script = "import pathlib, sys, tests.integration.test_corpus as t; print(t.digest(pathlib.Path(sys.argv[1])))"
    found = {digest(tmp_path / "here")}
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / seed)], env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=PROJECT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found.add(run.stdout.strip())
    assert len(found) == 1


def digest(folder: Path) -> str:
    """Hash over all files of the cases that are not heavy."""
    found = hashlib.sha256()
    for place, case in enumerate(LIGHT):
        room = folder / str(place)
        room.mkdir(parents=True)
        case.make(room)
        for path in sorted(room.iterdir()):
            found.update(os.fsencode(path.name))
            found.update(path.read_bytes() if path.is_file() and not path.is_symlink() else b"")
    return found.hexdigest()


def _assert_none(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong[:5])


@pytest.mark.parametrize("case", WRONG, ids=attrgetter("name"))
def test_a_file_is_refused_with_its_place(checked: Answers, case: Case) -> None:
    _assert_none(complaints(case, checked[case.name]))


@pytest.mark.parametrize("case", RIGHT, ids=attrgetter("name"))
def test_a_file_that_is_taken_is_loaded_exactly(
    landed: tuple[Answers, dict[int, list[dict[str, Any]]]], case: Case
) -> None:
    answers, rows = landed
    answer = answers[case.name]
    if answer["outcome"] == "duplicate":  # the bytes of another case: its rows are to be these
        answer = answer | {"outcome": "accepted"}
    _assert_none(complaints(case, answer))
    found = rows.get(answer["submission"], [])
    if answer["outcome"] == "accepted":
        assert case.loaded
        _assert_none(differences(case.feed, case.loaded, found))
    else:
        assert found == []


@pytest.mark.parametrize("case", HEAVY, ids=attrgetter("name"))
def test_an_attack_is_answered_within_bounds(nowhere: Path, case: Case) -> None:
    run = run_check(case.make(nowhere), case.feed, "--json")
    print(f"{case.name}: {run.seconds:.1f} s, {run.peak_mib:.0f} MiB")
    assert run.code == (0 if run.answer["outcome"] == "accepted" else 3), run.error
    _assert_none(complaints(case, run.answer))
    assert run.peak_mib <= PEAK_MIB


def test_five_faults_are_named_in_one_answer(nowhere: Path) -> None:
    (case,) = (case for case in CASES if case.name == "csv-five-faults")
    answer = _plain(check_file(case.make(nowhere), case.feed))
    found = {(finding["row"], finding["column"]) for finding in answer["findings"]}
    assert found == {(row, next(iter(cells))) for row, cells in FIVE.items()}
    assert answer["finding_count"] == 5


def test_a_flood_of_faults_is_counted_exactly_and_listed_in_part(nowhere: Path) -> None:
    rows = [row | {"amount": "1.234,56"} for row in clean_rows(OSI, 5_000)]
    path = nowhere / "osi.csv"
    path.write_bytes(as_csv(rows))
    answer = _plain(check_file(path, OSI))
    assert (answer["outcome"], answer["finding_count"], len(answer["findings"])) == ("rejected", 5_000, 1_000)
    assert len(json.dumps(answer)) <= 2**20
    assert [vague(finding) for finding in answer["findings"]] == [None] * 1_000


@pytest.mark.parametrize("text", CONTROLS.values(), ids=CONTROLS)
def test_no_control_character_of_a_value_reaches_a_terminal(nowhere: Path, text: str) -> None:
    path = nowhere / "osi.csv"
    path.write_bytes(as_csv(changed(clean_rows(OSI), {"amount": text})))
    run = run_check(path, OSI)
    assert run.code == 3
    _assert_plain(run.out + run.error)


@pytest.mark.parametrize("name", [NAMES[key] for key in ("line-break", "terminal", "right-to-left", "not-utf-8")])
def test_no_control_character_of_a_name_reaches_a_terminal(nowhere: Path, name: str) -> None:
    (nowhere / name).write_bytes(as_csv(clean_rows(OSI)))
    run = run_check(nowhere / name, OSI)
    assert run.code == 0, run.error
    _assert_plain(run.out + run.error)
    assert b"\nsubmission 99" not in run.out


def _assert_plain(output: bytes) -> None:
    text = output.decode()
    assert text.strip()
    raw = [letter for letter in text if letter != "\n" and unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp")]
    assert raw == []
