"""What cannot even be opened as a file of a feed: a link, a pipe, a folder, a feed that nobody knows."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from iscm.cli import main
from iscm.submitting import land_file
from tests.integration.support import counts, fetch, landed, osi_file
from warehouse.settings import Settings


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _link(path: Path) -> None:
    path.symlink_to(osi_file(path.parent / "elsewhere", ["1.00"]))


@pytest.mark.parametrize("take", [False, True])
@pytest.mark.parametrize("make", [_pipe, _link, Path.mkdir])
def test_what_is_no_file_of_bytes_is_a_rejected_submission_without_a_hash(
    warehouse: Settings, tmp_path: Path, make: Callable[[Path], None], take: bool
) -> None:
    path = tmp_path / "osi.csv"
    make(path)
    answer = land_file(path, "osi_allocations", take=take)
    assert (answer.outcome, answer.sha256, [f.rule for f in answer.findings]) == ("rejected", None, ["file-kind"])
    columns = "outcome, sha256, contract_sha256, row_count, finding_count"
    assert fetch("auditor", f"select {columns} from ops.submissions") == [("rejected", None, None, 0, 1)]
    assert fetch("auditor", "select rule_id from ops.findings") == [("file-kind",)]
    assert fetch("auditor", "select file_name, sha256 from ops.arrivals") == [("osi.csv", None)]
    assert (warehouse.outbox / "osi_allocations" / "osi.csv.1.txt").read_text().startswith("osi.csv: rejected")
    assert (path.is_symlink() or path.exists()) is not take
    assert landed() == (1, 0)


def test_a_file_of_a_feed_that_nobody_knows_is_kept_and_rejected(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path / "salaries", ["1.00"])
    result = CliRunner().invoke(main, ["land", str(path)])
    assert result.exit_code == 3
    assert "there is no feed 'salaries'; the feeds are: " in result.output
    ((outcome, digest),) = fetch("auditor", "select outcome, sha256 from ops.submissions")
    assert outcome == "rejected"
    assert (warehouse.archive / digest[:2] / digest).read_bytes() == path.read_bytes()
    assert landed() == (1, 0)


def test_a_file_that_is_not_there_is_told_in_words_and_leaves_nothing(warehouse: Settings, tmp_path: Path) -> None:
    before = counts()
    result = CliRunner().invoke(main, ["land", "--feed", "osi_allocations", str(tmp_path / "gone.csv")])
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code != 0
    assert counts() == before
