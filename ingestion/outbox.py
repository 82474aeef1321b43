"""The sender's answer: beside each feed's drop folder an outbox, with a text, a JSON and a workbook per arrival."""

import contextlib
import json
import os
from pathlib import Path

from ingestion.answer import Answer
from ingestion.archive import sync_names

MAX_NAME = 180
"""Bytes of a file's name that the name of its answer repeats: a name may have 255 in all."""


def answer_stem(file: str, arrival: int) -> str:
    """What the names of all parts of an answer begin with: `<file>.<arrival>`, the file's name made harmless."""
    plain = "".join(sign if sign.isprintable() and sign != "/" else "_" for sign in file)
    if plain.startswith("."):
        plain = f"_{plain[1:]}"  # an answer is never hidden
    return f"{plain.encode(errors='replace')[:MAX_NAME].decode(errors='ignore')}.{arrival}"


def write_answer(folder: Path, answer: Answer, marked: Path | None = None) -> Path:
    """Write `<file>.<arrival>.findings.xlsx`, `.json` and, last of all, `.txt`: where it is, the answer is complete.

    Each appears whole or not at all and is on the disk when this returns; none is ever overwritten. What a crash left
    of the same arrival is completed.

    Args:
        folder: the feed's outbox; made if there is none.
        answer: what is told.
        marked: the workbook with the findings, wherever it was written; it stays there.

    Returns:
        Path of the text.

    Raises:
        FileExistsError: another answer stands under that name.
        ValueError: the answer is that of a dry run.
    """
    if answer.arrival is None:
        raise ValueError("the answer of a dry run is not kept")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stem = answer_stem(answer.file, answer.arrival)
    words = folder / f"{stem}.txt"
    text = ("\n".join(answer.lines()) + "\n").encode(errors="backslashreplace")
    if words.exists() and words.read_bytes() != text:
        raise FileExistsError(f"{words} is another answer; move the outbox away, it belongs to another database")
    if marked:
        _place(marked.read_bytes(), folder / f"{stem}.findings.xlsx")
    data = json.dumps(answer.as_dict(), indent=2, ensure_ascii=False) + "\n"
    _place(data.encode(errors="backslashreplace"), folder / f"{stem}.json")
    _place(text, words)
    return words


def _place(data: bytes, path: Path) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)  # left by a crash, it may be one and the same file as `path`
    try:
        with fresh.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:  # on a full disk no part of it is left: the next try has another number
        fresh.unlink(missing_ok=True)
        raise
    # unlike a rename, a link does not take the place of what is there
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(fresh)
    fresh.unlink()
    sync_names(path.parent)
