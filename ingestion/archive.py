"""Content-addressed, read-only archive of every byte received."""

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20
PART = ".part-"
LEFT_BEHIND = 24 * 60 * 60.0
"""Seconds after which part of a file is nobody's any more."""


MAX_BYTES = 2 * 2**30
"""More than any export of ten million rows."""


class UnsuitableFileError(Exception):
    """What was dropped is a folder, a link, a pipe or a device, or larger than any export: rule and message."""


@dataclass(frozen=True)
class Archived:
    """A file as it was received: its hash, its size, where its copy lies, and what it was read from."""

    sha256: str
    size: int
    path: Path
    source: tuple[int, int, int, int]


def unsuitable(state: os.stat_result) -> tuple[str, str] | None:
    """Why something in the drop folder is not even copied, as rule and message; None when it is."""
    if stat.S_ISLNK(state.st_mode):
        return "file-kind", "this is a link; drop the file itself"
    if not stat.S_ISREG(state.st_mode):
        return "file-kind", "this is not a plain file; drop a CSV or XLSX file"
    if state.st_size > MAX_BYTES:
        return "file-size", f"the file has more than {MAX_BYTES // 2**30} GiB; send one per office and period"
    return None


def identity(state: os.stat_result) -> tuple[int, int, int, int]:
    """What tells whether a path still holds the very file that was read: device, inode, size, change time."""
    return state.st_dev, state.st_ino, state.st_size, state.st_ctime_ns


def archive(source: Path, folder: Path) -> Archived:
    """Copy `source`, byte for byte, under its sha256; a copy that is there already stays as it is.

    Only the copy is read afterwards, so nothing that happens to the source can change what was checked.

    Raises:
        UnsuitableFileError: `source` is not a plain file, or too large.
        OSError: it cannot be read, or the archive cannot be written.
    """
    # O_NOFOLLOW and O_NONBLOCK: neither a link to elsewhere nor a pipe without a writer gets past this line
    try:
        handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if source.is_symlink():
            raise UnsuitableFileError("file-kind", "this is a link; drop the file itself") from error
        if error.errno == errno.ENXIO:
            raise UnsuitableFileError("file-kind", "this is a socket; drop a CSV or XLSX file") from error
        raise
    state = os.fstat(handle)
    if problem := unsuitable(state):
        os.close(handle)
        raise UnsuitableFileError(*problem)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(folder)
    with os.fdopen(handle, "rb") as file:
        fresh, digest, size = _copy(file, folder)
    kept = _keep(fresh, folder, digest)
    return Archived(digest, size, kept, identity(state))


def _copy(file: BinaryIO, folder: Path) -> tuple[Path, str, int]:
    """Copy to a file without a name yet; gives its path, sha256 and size. On a full disk nothing of it stays."""
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix=PART, delete=False) as copy:
        try:
            while block := file.read(CHUNK):
                digest.update(block)
                size += len(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        except BaseException:
            Path(copy.name).unlink()
            raise
    return Path(copy.name), digest.hexdigest(), size


def _sweep(folder: Path) -> None:
    """Remove what copies left that were killed half way; one that is under way is never a day old."""
    for part in folder.glob(f"{PART}*"):
        with contextlib.suppress(FileNotFoundError):  # another process sweeps as well
            if part.stat().st_mtime < time.time() - LEFT_BEHIND:
                part.unlink()


def _keep(fresh: Path, folder: Path, name: str) -> Path:
    kept = archived(folder, name)
    kept.parent.mkdir(exist_ok=True, mode=0o700)
    if kept.exists():
        fresh.unlink()
        return kept
    fresh.chmod(0o400)
    fresh.replace(kept)
    sync_names(kept.parent)
    return kept


def archived(folder: Path, sha256: str) -> Path:
    """Where the bytes of that hash lie in the archive `folder`, if they were ever received."""
    return folder / sha256[:2] / sha256


def sha256_of(path: Path) -> str:
    """Hash of a file where it lies."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def sync_names(folder: Path) -> None:
    """Bring the names in a folder to the disk: they are to survive a power cut as the bytes do."""
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
