"""Watches the drop folder from the triggerer: an event as soon as everything in it has settled."""

import asyncio
import os
import stat
import time
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

SETTLE_SECONDS = 2.0
LONELY_SECONDS = 600.0
"""Control totals whose file has not come after so long are answered by themselves: something went wrong."""
CONTROL = ".control.csv"
REPEAT_SECONDS = 60
"""A file that still waits this long after its event is announced again: whatever was to take it has died."""


class DropFolderTrigger(BaseEventTrigger):
    """Fires when files wait in `folder` and none of them has changed for `settle_seconds`.

    The whole folder is to be quiet, not only each file: what is dropped together is built together.
    """

    def __init__(self, folder: str, settle_seconds: float = SETTLE_SECONDS) -> None:
        super().__init__()
        self.folder = folder
        self.settle_seconds = settle_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments, from which the triggerer makes this trigger anew."""
        return (
            "drop_folder.DropFolderTrigger",
            {"folder": self.folder, "settle_seconds": self.settle_seconds},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look twice in each settling time; yield the settled files, each state of the folder once."""
        seen: dict[str, tuple[int, int, int]] = {}
        announced: dict[str, tuple[int, int, int]] = {}
        since = announced_at = 0.0
        clock = asyncio.get_running_loop().time
        while True:
            now = await asyncio.to_thread(look, self.folder)
            if now != seen:
                seen, since = now, clock()
            settled = bool(now) and clock() - since >= self.settle_seconds
            # files that were taken since are no news, only files that were not there or not so before
            news = not now.items() <= announced.items()
            if settled and (news or clock() - announced_at > REPEAT_SECONDS):
                announced, announced_at = now, clock()
                yield TriggerEvent({"files": sorted(now)})
            await asyncio.sleep(self.settle_seconds / 4)


def look(folder: str) -> dict[str, tuple[int, int, int]]:
    """Inode, size and change time of everything that waits to be answered, by its path.

    That is whatever lies in a feed's folder, links, pipes and folders included, and files beside these folders; not
    what begins with a dot, which is still being written.
    """
    found = {}
    for path in (*Path(folder).glob("*"), *Path(folder).glob("*/*")):
        try:
            state = path.lstat()
        except FileNotFoundError:
            continue  # taken between the listing and the look
        feed_folder = path.parent == Path(folder) and stat.S_ISDIR(state.st_mode)
        if not feed_folder and not path.name.startswith("."):
            found[str(path)] = (state.st_ino, state.st_size, state.st_ctime_ns)
    return {path: state for path, state in found.items() if not _belongs_to_another(path, found)}


def _belongs_to_another(path: str, found: Collection[str]) -> bool:
    """Whether a file of control totals waits together with its file, which is landed with it."""
    name = path.removesuffix(CONTROL)
    return name != path and (name in found or f"{name}.csv" in found or f"{name}.xlsx" in found)


def settled_files(folder: str, settle_seconds: float = SETTLE_SECONDS) -> list[str]:
    """Waiting files that have not changed for `settle_seconds`, under names that every later step can write down."""
    now = time.time()
    settled = []
    for name, (_, _, changed) in sorted(look(folder).items()):
        # control totals may be dropped before their file
        if changed / 1e9 > now - (LONELY_SECONDS if name.endswith(CONTROL) else settle_seconds):
            continue
        readable = os.fsencode(name).decode("utf-8", "replace")
        if readable != name:  # bytes that are no text, from an old archive
            Path(name).rename(readable)
        settled.append(readable)
    return settled
