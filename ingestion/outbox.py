"""The sender's answer: beside each feed's drop folder an outbox, with one text and one JSON per arrival of a file."""

import json
from pathlib import Path

from ingestion.answer import Answer

MAX_NAME = 180
"""Bytes of a file's name that the name of its answer repeats: a name may have 255 in all."""


def write_answer(folder: Path, answer: Answer) -> Path:
    """Write `<file>.<arrival>.txt` and `.json`; each appears whole or not at all, and none is ever overwritten.

    Returns:
        Path of the text.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{answer.file.encode(errors='replace')[:MAX_NAME].decode(errors='ignore')}.{answer.arrival}"
    _write(folder / f"{name}.json", json.dumps(answer.as_dict(), indent=2, ensure_ascii=False) + "\n")
    return _write(folder / f"{name}.txt", "\n".join(answer.lines()) + "\n")


def _write(path: Path, text: str) -> Path:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    return fresh.replace(path)
