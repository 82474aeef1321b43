"""Kill -9 of loader, reader, backend and server while files are landed; lost connections; full disks.

What is killed is killed right before a step of the landing, each step in its turn, or at any moment; then the landing
is tried again. Whatever happened, the warehouse ends as if nothing had: no row lost, doubled or half-landed, every file
answered. An ordinary run takes a sample of the steps; `ISCM_KILLS=full` walks them all (docs/evidence/faults.md).
"""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

from tests.faults.bench import Bench, table
from tests.faults.evidence import answered, state, whole
from tests.faults.rig import CUTS, Job, Rig
from tests.faults.scenarios import OSI, File, osi
from warehouse.database import dsn
from warehouse.postgres import Cluster
from warehouse.settings import Settings

FULL = os.environ.get("ISCM_KILLS") == "full"
AT_LEAST = 200 if FULL else 60
MIB = 2**20


@pytest.fixture(scope="module")
def bench(cluster: Cluster) -> Iterator[Bench]:
    """Servers and loaders that may be killed."""
    it = Bench()
    yield it
    it.close()


def _jobs(bench: Bench) -> list[Job]:
    """Every disturbance of a full run, or a sample of each kind."""
    jobs = []
    for scenario in bench.scenarios:
        steps = bench.bases[scenario.name].steps
        connected = range(steps.index("connect") + 2, steps.index("close") + 2)
        jobs += [Job(scenario, "loader", at) for at in _sample(range(1, len(steps) + 1), 7)]
        jobs += [Job(scenario, "backend", at) for at in _sample(connected, 12)]
        jobs += [Job(scenario, cut) for cut in (CUTS if FULL else CUTS[1:])]
    new, many = bench.scenarios[0], bench.scenarios[-1]
    for scenario in (new, many):
        steps = bench.bases[scenario.name].steps
        connected = range(steps.index("connect") + 2, steps.index("close") + 2)
        jobs += [Job(scenario, "postmaster", at) for at in _sample(connected, 12)]
    reading = [place for place, step in enumerate(bench.bases[many.name].steps, start=1) if step in ("copy", "read")]
    jobs += [Job(many, "reader", at) for at in _sample(reading, 4)]
    moments = [0.3 + 0.1 * count for count in range(20)]
    jobs += [Job(many, fault, after=after) for fault in ("loader", "backend") for after in _sample(moments, 7)]
    return jobs


def _sample(of, each: int) -> list:
    return list(of) if FULL else list(of)[each // 2 :: each]


def _kind(job: Job) -> str:
    return f"lost: {job.fault}" if job.fault in CUTS else f"{job.fault}, any moment" if job.after else str(job.fault)


def test_whatever_is_killed_a_replay_ends_as_if_nothing_had_been(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = _jobs(bench)
    outcomes = bench.run(jobs)
    kills = Counter((_kind(job), job.scenario.name) for job, done in zip(jobs, outcomes, strict=True) if done.killed)
    with capsys.disabled():
        print("", *table(kills), sep="\n")
    wrong = [
        f"{_kind(job)} in {job.scenario.name!r} at {job.at or job.after}: {complaint}"
        for job, done in zip(jobs, outcomes, strict=True)
        for complaint in done.complaints
    ]
    assert not wrong, "\n".join([f"{len(wrong)} complaints", *wrong])
    assert kills.total() >= AT_LEAST
    lost = [done.error for job, done in zip(jobs, outcomes, strict=True) if done.error and job.fault != "loader"]
    assert lost
    assert not [error for error in lost if "InterfaceError" in error], "why the connection was lost is not told"
    missed = [job for job, done in zip(jobs, outcomes, strict=True) if not done.killed]
    assert {job.fault for job in missed} <= {"reader", "loader", "backend"}
    assert len(missed) <= len(jobs) // 10, missed


def test_the_walk_ends_behind_the_last_step(bench: Bench) -> None:
    """The steps that were counted are all: one further on, the landing runs through."""
    scenario = bench.scenarios[0]
    steps = bench.bases[scenario.name].steps
    assert len(steps) > 30
    assert {"copy", "read", "commit", "fsync", "os.rename", "os.link", "connect"} <= set(steps)
    last, beyond = bench.run([Job(scenario, "loader", len(steps)), Job(scenario, "loader", len(steps) + 1)])
    assert (last.killed, beyond.killed, beyond.said) == (True, False, "accepted")


TAMPERINGS = {
    "a row lost": "delete from raw.osi_allocations where _row_number = 3",
    "a row doubled": "insert into raw.osi_allocations select * from raw.osi_allocations where _row_number = 3",
    "an amount changed": "update raw.osi_allocations set amount = '1.01' where _row_number = 2",
    "rows of no submission": "update raw.osi_allocations set _submission_id = 99 where _row_number = 2",
    "a measure lost": "delete from ops.submission_measures where kind = 'rows'",
    "not in force": "delete from ops.admissions",
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_the_harness_notices(bench: Bench, name: str) -> None:
    with bench.rig() as rig, _installation(rig, bench) as at:
        file = bench.scenarios[0].file
        assert rig.order(at, "land", str(file.put(at.drop))).said == "accepted"
        as_it_should_be = bench.bases[bench.scenarios[0].name].after
        contents = {file.sha256: (file.feed, file.rows)}
        assert (whole(at, contents), state(at)) == ([], as_it_should_be)
        with psycopg2.connect(dsn("postgres", at)) as link, link.cursor() as run:
            run.execute("set session_replication_role = replica")
            run.execute(TAMPERINGS[name])
            assert run.rowcount > 0
        link.close()
        assert whole(at, contents) or state(at) != as_it_should_be


def test_a_full_disk_under_the_server(bench: Bench, tmp_path: Path) -> None:
    """Land until it is full; what was acknowledged is there, the rest is not, and comes in once there is room."""
    files = [
        osi(tmp_path, f"{year}.csv", year, {f"Y{year}-{n}": f"{n}.5" for n in range(15_000)})
        for year in range(1991, 2011)
    ]
    used = int(subprocess.run(["du", "-sm", bench.cluster.data], capture_output=True, check=True).stdout.split()[0])
    with bench.rig() as spare, _small_disk(bench.folder / "full", used + 24) as disk:
        rig = bench.new_rig("full_rig", spare.loader, disk / "postgres")
        try:
            rig.server.ensure(rig.at)
            _fill_and_free(rig, bench, disk, files)
        finally:
            rig.server.stop()


def _fill_and_free(rig: Rig, bench: Bench, disk: Path, files: list[File]) -> None:
    contents = {file.sha256: (file.feed, file.rows) for file in files}
    with _installation(rig, bench) as at:
        acknowledged, refused = [], []
        for file in files:
            done = rig.order(at, "land", str(file.put(at.drop)))
            (acknowledged if done.said else refused).append(file)
            if len(refused) == 3:
                break
        assert acknowledged
        assert len(refused) == 3, "the disk was not filled"
        _resize(disk, 4096)
        rig.server.ensure(rig.at)
        assert whole(at, contents) == []
        assert set(state(at)["landed"]) == {file.sha256 for file in acknowledged}
        for file in refused:
            assert (at.drop / OSI / file.path.name).exists(), "taken without an answer"
            again = rig.order(at, "land", str(at.drop / OSI / file.path.name))
            assert again.said in ("accepted", "quarantined"), again.error
        assert whole(at, contents) == []
        assert set(state(at)["landed"]) == {file.sha256 for file in (*acknowledged, *refused)}


def test_a_full_disk_under_the_archive(bench: Bench) -> None:
    """Not even a part of the file stays there; it waits in the drop folder and is landed once there is room."""
    file = bench.scenarios[-1].file
    with bench.rig() as rig, _installation(rig, bench) as at, _small_disk(at.archive, 4):
        waiting = file.put(at.drop)
        assert file.path.stat().st_size > 4 * MIB
        for _ in range(3):
            done = rig.order(at, "land", str(waiting))
            assert "No space left on device" in str(done.error)
            assert [path for path in at.archive.rglob("*") if path.is_file()] == []
            assert waiting.exists()
        assert state(at)["landed"] == {}
        _resize(at.archive, 64)
        assert rig.order(at, "land", str(waiting)).said == "accepted"
        assert whole(at, {file.sha256: (file.feed, file.rows)}) == []
        assert not waiting.exists()


def test_a_full_disk_under_the_outbox(bench: Bench) -> None:
    """What is landed but cannot be answered stays in the drop folder until it is answered; nothing piles up."""
    file = bench.scenarios[0].file
    with bench.rig() as rig, _installation(rig, bench) as at, _small_disk(at.outbox, 1):
        ballast = at.outbox / "ballast"
        with pytest.raises(OSError, match="No space left"):
            ballast.write_bytes(bytes(2 * MIB))
        waiting = file.put(at.drop)
        for _ in range(3):
            done = rig.order(at, "land", str(waiting))
            assert "No space left on device" in str(done.error)
            assert [path for path in at.outbox.rglob("*") if path.is_file()] == [ballast]
            assert waiting.exists()
        ballast.unlink()
        assert rig.order(at, "land", str(waiting)).said == "duplicate"
        assert answered(at, file.path.name) == "duplicate"
        assert whole(at, {file.sha256: (file.feed, file.rows)}) == []
        assert not waiting.exists()


@contextmanager
def _installation(rig: Rig, bench: Bench) -> Iterator[Settings]:
    """An empty installation of a rig."""
    at = rig.copy(bench.scenarios[0])
    yield at
    rig.remove(at)


@contextmanager
def _small_disk(place: Path, mib: int) -> Iterator[Path]:
    """A disk of so many MiB, in memory, mounted in `place`."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk: run as root, or in a container with CAP_SYS_ADMIN")
    place.mkdir(parents=True, exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={mib}m,mode=755", "tmpfs", str(place)]
    done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def _resize(place: Path, mib: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={mib}m", str(place)], check=True)
