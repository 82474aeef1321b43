"""Cells by their names: small, since loading a workbook library for it takes longer than most files do."""

import re

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def cell_name(place: int, row: int) -> str:
    """The name of a cell, like H48, from the place of its column (from 0) and its row."""
    letters, number = "", place + 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def cell_place(name: str) -> tuple[int, int]:
    """Place of the column (from 0) and row of a cell like H48.

    Raises:
        ValueError: that is no name of a cell.
    """
    found = _CELL.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is no cell")
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1, int(found[2])
