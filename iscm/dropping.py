"""Putting a file into the drop folder: whole or not at all, and never over one that waits."""

import contextlib
import os
import shutil
from pathlib import Path

from ingestion.contract import CONTROL_ENDING


class AlreadyWaitingError(Exception):
    """Another file waits under that name; the message says where."""


def drop_file(source: Path, folder: Path, name: str | None = None) -> Path:
    """Copy a file, and the control totals that lie beside it, into the drop folder of its feed.

    Args:
        source: the file; it stays.
        folder: the feed's folder; made if there is none.
        name: under which it is dropped; by default its own.

    Returns:
        Where it waits.

    Raises:
        AlreadyWaitingError: a file of that name waits there and is not yet answered.
        OSError: it cannot be read, or the folder cannot be written.
    """
    name = name or source.name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / name
    if target.exists():
        _aside(target).unlink(missing_ok=True)  # what a drop left that was killed half way
        raise AlreadyWaitingError(f"{target} waits already; it is answered within a minute")
    beside = control_beside(source)
    # first the totals: nobody is to see the file without them
    totals = _place(beside, folder / f"{name}{CONTROL_ENDING}") if beside else None
    try:
        return _place(source, target)
    except AlreadyWaitingError:
        if totals:
            totals.unlink(missing_ok=True)  # they belong to no file that waits
        raise


def control_beside(file: Path) -> Path | None:
    """The control totals that lie beside a file: ledger.csv.control.csv or ledger.control.csv."""
    if file.name.endswith(CONTROL_ENDING):
        return None
    for name in (f"{file.name}{CONTROL_ENDING}", f"{file.stem}{CONTROL_ENDING}"):
        beside = file.with_name(name)
        with contextlib.suppress(OSError):  # a name that is as long as it may be has no room for an ending
            if beside.is_file() and not beside.is_symlink():
                return beside
    return None


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


def _place(source: Path, target: Path) -> Path:
    # copied aside and put in its place at once: nobody sees half a file, and dot files are not looked at
    aside = _aside(target)
    aside.unlink(missing_ok=True)  # left by a kill, it may be one and the same file as `target`
    try:
        shutil.copyfile(source, aside)
        os.link(aside, target)  # unlike a rename, a link never takes the place of a file that waits there
    except FileExistsError as error:
        raise AlreadyWaitingError(f"{target} waits already; it is answered within a minute") from error
    finally:
        aside.unlink(missing_ok=True)
    return target
