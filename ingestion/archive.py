"""Content-addressed, read-only archive of every byte received."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20


class NotARegularFileError(Exception):
    """What was dropped is a folder, a link, a pipe or a device."""


@dataclass(frozen=True)
class Archived:
    """A file as it was received: its hash, its size, where its copy lies, and what it was read from."""

    sha256: str
    size: int
    path: Path
    source: tuple[int, int, int, int]


def identity(state: os.stat_result) -> tuple[int, int, int, int]:
    """What tells whether a path still holds the very file that was read: device, inode, size, change time."""
    return state.st_dev, state.st_ino, state.st_size, state.st_ctime_ns


def archive(source: Path, folder: Path) -> Archived:
    """Copy `source`, byte for byte, under its sha256; a copy that is there already stays as it is.

    Only the copy is read afterwards, so nothing that happens to the source can change what was checked.

    Raises:
        NotARegularFileError: `source` is not a plain file.
        OSError: it cannot be read, or the archive cannot be written.
    """
    # O_NOFOLLOW and O_NONBLOCK: neither a link to elsewhere nor a pipe without a writer gets past this line
    try:
        handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if source.is_symlink():
            raise NotARegularFileError(f"{source.name} is a link; drop the file itself") from error
        raise
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode):
        os.close(handle)
        raise NotARegularFileError(f"{source.name} is not a plain file; drop a CSV or XLSX file")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(handle, "rb") as file, tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as copy:
        digest, size = hashlib.sha256(), 0
        while block := file.read(CHUNK):
            digest.update(block)
            size += len(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    kept = _keep(Path(copy.name), folder, digest.hexdigest())
    return Archived(digest.hexdigest(), size, kept, identity(state))


def _keep(fresh: Path, folder: Path, name: str) -> Path:
    kept = folder / name[:2] / name
    kept.parent.mkdir(exist_ok=True, mode=0o700)
    if kept.exists():
        fresh.unlink()
        return kept
    fresh.chmod(0o400)
    fresh.replace(kept)
    place = os.open(kept.parent, os.O_RDONLY)
    os.fsync(place)  # the name is to survive a power cut as the bytes do
    os.close(place)
    return kept
