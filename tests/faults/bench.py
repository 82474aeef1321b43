"""Several rigs side by side, and what they counted."""

import contextlib
import queue
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.rig import Base, Job, Loader, Outcome, Rig
from tests.faults.scenarios import scenarios
from tests.faults.server import Server, copied, new_home
from tests.parallel import free_port
from warehouse.credentials import ensure_secrets
from warehouse.postgres import Cluster, ensure_cluster
from warehouse.settings import SECRETS_FILE, settings

RIGS = 6


class Bench:
    """Rigs whose servers begin as copies of one cluster with a migrated warehouse; removes everything at the end."""

    def __init__(self) -> None:
        # the server's user has to reach it, and a folder of pytest is closed to all others
        self.folder = Path(tempfile.mkdtemp(prefix="iscm-faults-"))
        self.folder.chmod(0o755)
        self._rigs: queue.SimpleQueue[Rig] = queue.SimpleQueue()
        with contextlib.ExitStack() as all_of_it:
            all_of_it.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.cluster = self._cluster()
            files = self.folder / "files"
            files.mkdir()
            self.scenarios = scenarios(files)
            loaders = [all_of_it.enter_context(Loader(self._place(f"loader_{number}"))) for number in range(RIGS)]
            self.bases = self._prepared(loaders)
            for number, loader in enumerate(loaders):
                rig = self.new_rig(f"rig_{number}", loader)
                all_of_it.callback(rig.server.stop)
                rig.server.ensure(rig.at)
                self._rigs.put(rig)
            self._all = all_of_it.pop_all()

    @property
    def secrets(self) -> Path:
        """The file with the passwords of the cluster."""
        return self.folder / "template" / SECRETS_FILE

    def close(self) -> None:
        """Stop and remove everything."""
        self._all.close()

    @contextlib.contextmanager
    def rig(self) -> Iterator[Rig]:
        """A rig that nobody else uses meanwhile."""
        rig = self._rigs.get()
        try:
            yield rig
        finally:
            self._rigs.put(rig)

    def run(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Carry out jobs on all rigs at once; their outcomes in the same order."""

        def run(job: Job) -> Outcome:
            with self.rig() as rig:
                return rig.run(job)

        with ThreadPoolExecutor(RIGS) as pool:
            return list(pool.map(run, jobs))

    def new_rig(self, name: str, loader: Loader, data: Path | None = None) -> Rig:
        """A rig whose server, still to be started, runs on a copy of the cluster; `data` says where its data lie."""
        place = self._place(name)
        server = Server(copied(self.cluster, data or place / "postgres"), free_port(), place / "server.log")
        return Rig(server, loader, place, self.secrets, self.bases)

    def _prepared(self, loaders: Sequence[Loader]) -> dict[str, Base]:
        """What the scenarios begin with, laid down in the cluster before it is copied."""
        server = Server(self.cluster, free_port(), self.folder / "template.log")
        bases: dict[str, Base] = {}

        def prepare(number: int, loader: Loader) -> None:
            rig = Rig(server, loader, self._place(f"preparation_{number}"), self.secrets, bases)
            for place in range(number, len(self.scenarios), RIGS):
                rig.prepare(self.scenarios[place], self.folder / f"base_{place}")

        try:
            server.ensure(new_home(self.folder / "template", server.port, "postgres", self.secrets))
            with ThreadPoolExecutor(RIGS) as pool:
                list(pool.map(prepare, range(RIGS), loaders))
        finally:
            server.stop()
        return bases

    def _place(self, name: str) -> Path:
        place = self.folder / name
        place.mkdir(mode=0o755)
        return place

    def _cluster(self) -> Cluster:
        from iscm.steps import migrate

        home, port = self.folder / "template", free_port()
        ensure_secrets(home)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (("HOME", home), ("POSTGRES_PORT", port), ("DATABASE", "iscm")):
                patch.setenv(f"ISCM_{name}", str(value))
            settings.cache_clear()
            cluster = ensure_cluster(settings())
            server = Server(cluster, port, self.folder / "template.log")
            try:
                server.ensure(settings())
                migrate()
            finally:
                server.stop()
                settings.cache_clear()
        return cluster


def table(counts: Counter[tuple[str, str]]) -> list[str]:
    """Kills by kind and scenario, as Markdown."""
    kinds = sorted({kind for kind, _ in counts})
    names = list(dict.fromkeys(name for _, name in counts))
    lines = ["| scenario | " + " | ".join(kinds) + " | all |", "| --- |" + " ---: |" * (len(kinds) + 1)]
    for name in names:
        row = [counts[kind, name] for kind in kinds]
        lines.append(f"| {name} | " + " | ".join(map(str, [*row, sum(row)])) + " |")
    sums = [sum(count for (kind, _), count in counts.items() if kind == each) for each in kinds]
    return [*lines, "| all | " + " | ".join(map(str, [*sums, sum(sums)])) + " |"]
