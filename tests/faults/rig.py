"""A rig: a server that may be killed and a warm loader that may be killed; it runs one disturbed landing at a time."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg2
from psycopg2 import sql

from tests.faults.evidence import answered, state, whole
from tests.faults.proxy import Proxy
from tests.faults.scenarios import Scenario
from tests.faults.server import Server, new_home, patiently
from warehouse.database import dsn
from warehouse.settings import PROJECT, Settings

CUTS = ("COMMIT", "answer to COMMIT")
"""What can get lost on the way between the loader and the server."""


@dataclass(frozen=True)
class Job:
    """One disturbance: what is killed, right before step `at` or `after` so many seconds; or what is cut off."""

    scenario: Scenario
    fault: str | None = None
    at: int | None = None
    after: float | None = None


@dataclass
class Outcome:
    """What came of it: whether something was killed, and every complaint about what was found afterwards."""

    killed: bool = False
    steps: list[str] = field(default_factory=list)
    said: str | None = None
    error: str | None = None
    complaints: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Base:
    """What a scenario begins with, a database and a home to be copied, and how both look before and after it."""

    home: Path
    database: str
    before: dict[str, Any]
    after: dict[str, Any]
    steps: list[str]


class Loader:
    """A warm loader whose forks carry out orders; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._result, log = folder / "result.json", folder / "loader.log"
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.loader"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors, text=True, cwd=PROJECT,
            )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()

    def order(self, order: dict[str, Any]) -> Outcome:
        """Have an order carried out, and see that nothing of it goes on afterwards."""
        assert self._process.stdin
        assert self._process.stdout
        self._result.unlink(missing_ok=True)
        self._process.stdin.write(json.dumps(order | {"result": str(self._result)}) + "\n")
        self._process.stdin.flush()
        end = json.loads(self._process.stdout.readline())
        assert _is_gone(end["process"]), "something that the loader started goes on without it"
        if not self._result.exists():
            assert end["code"] == -9, f"the loader ended by itself: {end}"
            return Outcome(killed=True)
        said = json.loads(self._result.read_text())
        return Outcome(said["struck"], said["steps"], said["outcome"], said["error"])


class Rig:
    """One server and one loader, and a folder for what they work on.

    Args:
        server: whose databases are copied and killed.
        loader: whose forks land the files.
        folder: for the homes of the installations and a log.
        secrets: the file with the passwords.
        bases: what each scenario begins with, by its name.
    """

    def __init__(self, server: Server, loader: Loader, folder: Path, secrets: Path, bases: dict[str, Base]) -> None:
        self.server, self.loader, self.folder, self._secrets, self._bases = server, loader, folder, secrets, bases
        self.at = new_home(folder / "admin", server.port, "postgres", secrets)
        self._count = 0

    def database(self, name: str, template: str | None) -> None:
        """Make a database as a copy of another one, or drop it."""
        link = psycopg2.connect(dsn("postgres", self.at))
        link.autocommit = True
        words = "create database {0} template {1} owner migrator" if template else "drop database {0} with (force)"
        with link.cursor() as run:
            run.execute(sql.SQL(words).format(*map(sql.Identifier, filter(None, (name, template)))))
            if template:
                # numbers that a fresh copy gives out before its first checkpoint are given out again after a crash
                run.execute("checkpoint")
        link.close()

    def order(self, at: Settings, action: str, *arguments: Any, job: Job | None = None) -> Outcome:
        """Have a fork of the loader do something in the installation `at`; `job` says how it is disturbed."""
        environment = {
            "ISCM_HOME": str(at.home), "ISCM_DATABASE": at.database, "ISCM_POSTGRES_PORT": str(at.postgres_port),
        }  # fmt: skip
        order = {
            "action": action, "arguments": arguments, "environment": environment, "fault": job and job.fault,
            "at": job and job.at, "after": job and job.after, "postmaster": self.server.process,
        }  # fmt: skip
        if job is None or job.fault not in CUTS:
            return self.loader.order(order)
        with Proxy(self.server.port, swallow=job.fault == "answer to COMMIT") as proxy:
            environment["ISCM_POSTGRES_PORT"] = str(proxy.port)
            return replace(self.loader.order(order), killed=proxy.struck)

    def prepare(self, scenario: Scenario, home: Path) -> Base:
        """Lay down what a scenario begins with in `home` and a database of that name; see how it ends undisturbed."""
        at = new_home(home, self.server.port, home.name, self._secrets)
        self.database(at.database, "iscm")
        for file in scenario.before:
            done = self.order(at, "land", str(file.put(at.drop)))
            assert done.said in ("accepted", "quarantined"), (file.path.name, done.error)
        self._bases[scenario.name] = base = Base(home, at.database, state(at), {}, [])
        at = self.copy(scenario)
        done = self._act(at, scenario, None)
        assert done.error is None, done.error
        base.steps.extend(done.steps)
        self._land_again(at, scenario)
        base.after.update(state(at))
        assert answered(at, scenario.file.path.name) in (scenario.outcome, "duplicate")
        self.remove(at)
        return base

    def run(self, job: Job) -> Outcome:
        """Disturb, look, replay, look again."""
        at = self.copy(job.scenario)
        done = self._act(at, job.scenario, job)
        self.server.ensure(self.at)
        base = self._bases[job.scenario.name]
        done.complaints += self._at_once(at, job, base)
        self._replay(at, job, done)
        done.complaints += self._at_rest(at, job, base.after)
        self.remove(at)
        return done

    def _at_once(self, at: Settings, job: Job, base: Base) -> list[str]:
        """Complaints about the moment after the kill: everything or nothing, and no file taken without its answer."""
        complaints = patiently(lambda: whole(at, job.scenario.contents))
        found = patiently(lambda: state(at))
        if job.fault == "reader":
            found = found | {"refused": {}}
        if found not in (base.before, base.after):
            complaints.append("half of it is there after the kill")
        name = job.scenario.file.path.name
        waits = (at.drop / job.scenario.file.feed / name).exists()
        if not job.scenario.accept and not waits and answered(at, name) is None:
            complaints.append("the file was taken without an answer")
        return complaints

    def _replay(self, at: Settings, job: Job, done: Outcome) -> None:
        if job.scenario.accept:
            again = self._act(at, job.scenario, None)
            if again.error:
                done.complaints.append(f"the acceptance cannot be repeated: {again.error}")
        self._land_again(at, job.scenario, done)

    def _land_again(self, at: Settings, scenario: Scenario, done: Outcome | None = None) -> None:
        # an acceptance has its file landed again by itself: it is not dropped for it
        waits = at.drop / scenario.file.feed / scenario.file.path.name
        if scenario.accept:
            if not waits.exists():
                if done:
                    done.complaints.append("accepted, but its sender gets no receipt")
                return
        else:
            scenario.file.put(at.drop)
        again = self.order(at, "land", str(waits))
        if done and again.said not in (scenario.outcome, "duplicate"):
            done.complaints.append(f"the replay says {again.said}: {again.error}")

    def _at_rest(self, at: Settings, job: Job, after: dict[str, Any]) -> list[str]:
        scenario = job.scenario
        complaints = patiently(lambda: whole(at, scenario.contents))
        found = state(at)
        if job.fault == "reader":
            found = found | {"refused": after["refused"]}
        if found != after:
            complaints.append(f"after the replay it is not as it would have been: {_first_difference(found, after)}")
        if answered(at, scenario.file.path.name) not in (scenario.outcome, "duplicate"):
            complaints.append("the replay was not answered")
        if left := [path.name for path in at.drop.glob("*/*")]:
            complaints.append(f"left in the drop folder: {left}")
        return complaints

    def _act(self, at: Settings, scenario: Scenario, job: Job | None) -> Outcome:
        if not scenario.accept:
            return self.order(at, "land", str(scenario.file.put(at.drop)), job=job)
        with psycopg2.connect(dsn("postgres", at)) as link, link.cursor() as run:
            run.execute("select submission_id, finding_number from ops.findings where severity = 'warning' order by 2")
            warnings = run.fetchall()
        link.close()
        return self.order(at, "accept", warnings[0][0], [number for _, number in warnings], job=job)

    def copy(self, scenario: Scenario) -> Settings:
        self._count += 1
        base, name = self._bases[scenario.name], f"{self.folder.name}_{self._count}"
        self.database(name, base.database)
        shutil.copytree(base.home, self.folder / name)
        return new_home(self.folder / name, self.server.port, name, self._secrets)

    def remove(self, at: Settings) -> None:
        self.database(at.database, None)
        shutil.rmtree(at.home)


def _is_gone(group: int) -> bool:
    """Whether a process and all that it started end within ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def _first_difference(found: dict[str, Any], wanted: dict[str, Any]) -> str:
    for part in wanted:
        if found[part] != wanted[part]:
            return f"{part}: {found[part]} instead of {wanted[part]}"[:2000]
    return "?"
