"""Killing Postgres and the scheduler in the middle of a run, and starting again: the same figures, nothing double."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import evaluation
from tests.parallel import free_port
from tests.stack import ROOT, Stack
from warehouse.postgres import Cluster

pytestmark = pytest.mark.stack


@pytest.fixture
def fresh(cluster: Cluster) -> Iterator[Stack]:
    home = Path(tempfile.mkdtemp(prefix="iscm-kill-"))
    home.chmod(0o755)
    stack = Stack(home, ports=[free_port() for _ in range(3)])
    yield stack
    if stack.process and stack.process.poll() is None:
        stack.stop()
    shutil.rmtree(home, ignore_errors=True)


def everything(stack: Stack) -> dict[str, list[tuple]]:
    """What must not be double: current submissions, landed rows, published rows and totals."""
    return {
        "submissions": stack.query("select feed, row_count from ops.current_submissions order by feed"),
        "landed once": stack.query("select count(*) from ops.submissions where outcome <> 'rejected'"),
        "raw": [
            stack.query(f"select count(*) from raw.{feed}")[0]
            for feed in ("osi_allocations", "project_ledger", "projects", "posts", "assignments", "event_reports")
        ],
        "facts": stack.query("select count(*), count(distinct line_key) from marts.fct_investment_lines"),
    }


def kill_in_the_middle(stack: Stack, service: str, moment: str) -> None:
    """Kill -9 when `moment` is printed, before anything is published; then stop as a person would."""
    stack.wait_for(moment)
    assert stack.query("select count(*) from ops.publications") == [(0,)]
    stack.service(service).send_signal(signal.SIGKILL)
    stack.stop()


def test_kills_in_the_middle_end_in_the_same_figures(fresh: Stack) -> None:
    fresh.start()
    kill_in_the_middle(fresh, "airflow-scheduler", "rows")
    fresh.start()
    kill_in_the_middle(fresh, "postgres", "opened")
    fresh.start()
    fresh.wait_until_published()
    first = everything(fresh)
    files = len(list((ROOT / "sample").glob("*/*.*")))
    assert len(first["submissions"]) == files >= 10
    assert first["landed once"] == [(files,)]
    assert first["raw"] == [(55,), (52,), (9,), (20,), (73,), (3,)]
    assert first["facts"] == [(112, 112)]  # with the 5 contributions of which the amount is stated
    assert totals(fresh) == (evaluation.OSI_SUM, evaluation.PROJECT_SUM)
    publications = fresh.query("select count(*) from ops.publications")

    fresh.stop()
    fresh.start()
    fresh.wait_until_published(starts=2)
    assert everything(fresh) == first
    assert fresh.query("select count(*) from ops.publications") == publications


def totals(stack: Stack) -> tuple[int, int]:
    """OSI and project support of the selected ISCMs, all years."""
    ((osi,),), ((project,),) = (
        stack.query(f"select sum(amount_usd) from marts.{mart} where report_scope = '{evaluation.SELECTED}'")
        for mart in ("mart_osi_by_iscm", "mart_project_support_by_iscm")
    )
    return int(osi), int(project)
