"""The sender's answer: beside each feed's drop folder an outbox, with one text and one JSON per file."""

import json
from pathlib import Path
from typing import Any


def write_answer(folder: Path, file: str, data: dict[str, Any], lines: list[str]) -> Path:
    """Write `<file>.<arrival>.txt` and `.json`; each appears whole or not at all, and none is ever overwritten.

    Returns:
        Path of the text.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{file}.{data['arrival']}"
    _write(folder / f"{name}.json", json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    return _write(folder / f"{name}.txt", "\n".join(lines) + "\n")


def _write(path: Path, text: str) -> Path:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    return fresh.replace(path)
