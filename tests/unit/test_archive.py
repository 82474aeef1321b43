"""The archive keeps every byte received, under its hash, read-only."""

import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingestion.archive import CHUNK, UnsuitableFileError, archive, identity
from tests.unit.builders import written


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("content", [b"", b"a,b\n", os.urandom(CHUNK + 1)])
def test_a_copy_lies_under_its_hash_byte_for_byte(tmp_path: Path, content: bytes) -> None:
    kept = archive(written(tmp_path, content), tmp_path / "archive")
    digest = hashlib.sha256(content).hexdigest()
    assert (kept.sha256, kept.size) == (digest, len(content))
    assert kept.path == tmp_path / "archive" / digest[:2] / digest
    assert kept.path.read_bytes() == content


def test_a_copy_can_be_read_by_its_owner_and_changed_by_nobody(tmp_path: Path) -> None:
    kept = archive(written(tmp_path, b"x"), tmp_path / "archive")
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o400
    assert stat.S_IMODE((tmp_path / "archive").stat().st_mode) == 0o700


def test_the_same_bytes_under_two_names_are_one_file(tmp_path: Path) -> None:
    sources = [written(tmp_path, b"x", "a.csv"), written(tmp_path, b"x", "b.csv")]
    first, second = (archive(source, tmp_path / "archive") for source in sources)
    assert (second.sha256, second.size, second.path) == (first.sha256, first.size, first.path)
    assert [first.source, second.source] == [identity(source.lstat()) for source in sources]
    assert first.source != second.source
    assert _files(tmp_path / "archive") == [first.path]


def test_a_file_that_was_replaced_or_rewritten_is_another_one_than_was_read(tmp_path: Path) -> None:
    source = written(tmp_path, b"x")
    kept = archive(source, tmp_path / "archive")
    assert identity(source.lstat()) == kept.source
    written(tmp_path, b"x", "fresh.csv").replace(source)
    replaced = identity(source.lstat())
    assert replaced != kept.source
    os.utime(source, ns=(0, 0))
    assert identity(source.lstat()) not in (replaced, kept.source)


def test_a_copy_that_is_there_already_stays_as_it_is(tmp_path: Path) -> None:
    source = written(tmp_path, b"x")
    before = archive(source, tmp_path / "archive").path.stat()
    after = archive(source, tmp_path / "archive").path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_source_stays_where_it_is(tmp_path: Path) -> None:
    source = written(tmp_path, b"x")
    archive(source, tmp_path / "archive")
    assert source.read_bytes() == b"x"


def test_a_link_is_refused_even_to_a_good_file(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(written(tmp_path, b"x"))
    with pytest.raises(UnsuitableFileError, match="this is a link"):
        archive(link, tmp_path / "archive")
    assert _files(tmp_path / "archive") == []


def test_a_pipe_without_a_writer_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UnsuitableFileError, match="not a plain file"):
        archive(tmp_path / "pipe.csv", tmp_path / "archive")


def test_a_folder_and_a_device_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, Path("/dev/null")):
        with pytest.raises(UnsuitableFileError):
            archive(path, tmp_path / "archive")


def test_a_file_that_is_not_there_is_no_archive_entry(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        archive(tmp_path / "gone.csv", tmp_path / "archive")
    assert _files(tmp_path / "archive") == []


def test_files_of_one_name_archived_at_once_are_each_kept_whole(tmp_path: Path) -> None:
    sources = []
    for number in range(16):
        (tmp_path / str(number)).mkdir()
        sources.append(written(tmp_path / str(number), os.urandom(2 * CHUNK)))
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda source: archive(source, tmp_path / "archive"), sources))
    for source, item in zip(sources, kept, strict=True):
        assert item.path.read_bytes() == source.read_bytes()
