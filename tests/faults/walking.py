"""Steps of a landing, seen from outside the product: at a given one, or after a given time, something is killed.

A step is any call by which a landing changes the world or asks the database: opening a file for writing, renaming,
linking, removing, syncing, starting a process, connecting, a statement, a read from the pipe of the rows, commit.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import psutil
import psycopg2
from psycopg2.extensions import connection, cursor

FILE_STEPS = ("os.rename", "os.remove", "os.link", "os.mkdir", "os.chmod", "subprocess.Popen", "shutil.copyfile")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Walk:
    """Counts steps, from 1, and lets the fault happen right before the given one; only one walk in a process.

    Args:
        fault: what is killed: `loader` (this process), `reader`, `backend`, `postmaster`, or nothing.
        at: number of the step, if any.
        postmaster: process of the database server.
    """

    def __init__(self, fault: str | None, at: int | None, postmaster: int) -> None:
        faults: dict[str | None, Callable[[], bool]] = {
            "loader": _kill_this_process,
            "reader": _kill_reader,
            "backend": self._kill_backend,
            "postmaster": lambda: _kill_with_children(postmaster),
        }
        self._fault, self._at = faults.get(fault), at
        self.links: list[connection] = []
        self.steps: list[str] = []
        self.struck = False
        """Whether there was anything to kill."""

    def step(self, name: str) -> None:
        """Take down a step of the main thread; the thread that tells of progress goes at its own pace."""
        if threading.current_thread() is threading.main_thread():
            self.steps.append(name)
            if len(self.steps) == self._at:
                self.strike()

    def strike(self) -> None:
        """Let the fault happen now."""
        self.struck = bool(self._fault and self._fault())

    def fault_is_over(self) -> None:
        """Nothing happens at any later step."""
        self._fault = None

    def _kill_backend(self) -> bool:
        open_links = [link for link in self.links if not link.closed]
        return bool(open_links) and _kill(open_links[-1].info.backend_pid)

    def watch(self) -> None:
        """Have every step reported from now on."""
        walk, connect, fsync = self, psycopg2.connect, os.fsync

        class Cursor(cursor):
            def execute(self, query: Any, values: Any = None) -> None:
                walk.step("execute")
                super().execute(query, values)

            def copy_expert(self, query: Any, file: Any, size: int = 8192) -> None:
                walk.step("copy")
                super().copy_expert(query, _Pipe(file, walk), size)

        class Connection(connection):
            def cursor(self, *arguments: Any, **named: Any) -> Any:
                return super().cursor(*arguments, cursor_factory=Cursor, **named)

            def commit(self) -> None:
                walk.step("commit")
                super().commit()

            def rollback(self) -> None:
                walk.step("rollback")
                super().rollback()

            def close(self) -> None:
                walk.step("close")
                super().close()

        def watched_connect(*arguments: Any, **named: Any) -> Any:
            walk.step("connect")
            link = connect(*arguments, connection_factory=Connection, **named)
            if threading.current_thread() is threading.main_thread():
                walk.links.append(link)
            return link

        def watched_fsync(handle: int) -> None:
            walk.step("fsync")
            fsync(handle)

        psycopg2.connect, os.fsync = watched_connect, watched_fsync
        sys.addaudithook(self._audit)

    def _audit(self, event: str, values: tuple[Any, ...]) -> None:
        if event in FILE_STEPS or (event == "open" and values[2] & WRITING and values[0] != os.devnull):
            self.step(event)


class _Pipe:
    """The clean rows on their way to COPY; each read is a step."""

    def __init__(self, file: Any, walk: Walk) -> None:
        self._file, self._walk = file, walk

    def read(self, size: int) -> bytes:
        self._walk.step("read")
        return self._file.read(size)


def _kill(process: int) -> bool:
    os.kill(process, signal.SIGKILL)
    return True


def _kill_this_process() -> bool:
    return _kill(os.getpid())


def _kill_reader() -> bool:
    readers = [
        child
        for child in psutil.Process().children()
        if "ingestion.reader_process" in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE
    ]
    return bool(readers) and _kill(readers[-1].pid)


def _kill_with_children(postmaster: int) -> bool:
    children = psutil.Process(postmaster).children(recursive=True)
    _kill(postmaster)
    for child in children:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue  # it noticed that its parent is gone
    return True
