"""Reads secrets the way containers hand them over: ``NAME`` in the environment, or a file named by ``NAME_FILE``."""

import os
from pathlib import Path


class MissingSecretError(RuntimeError):
    """A secret that the program cannot do without was not given, or is too weak to use."""


def read_secret(name: str) -> str:
    """Return the secret ``name`` as text, without the line end that editors leave in secret files.

    ``NAME`` wins over ``NAME_FILE``. Raises MissingSecretError with a sentence that says what to set;
    the message never contains the secret itself.
    """
    value = os.environ.get(name, "").strip()
    if value:
        return value
    file_name = os.environ.get(f"{name}_FILE", "").strip()
    if not file_name:
        raise MissingSecretError(f"{name} is not set. Set {name}, or set {name}_FILE to a file that holds it.")
    try:
        value = Path(file_name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise MissingSecretError(f"{name}_FILE names {file_name}, which cannot be read: {error.strerror}.") from error
    if not value:
        raise MissingSecretError(f"{name}_FILE names {file_name}, which is empty.")
    return value


def read_signing_key(name: str) -> str:
    """Return a key that signs sessions; refuse one that is short or made of few characters.

    64 hexadecimal digits carry 256 bits. Superset itself refuses only its own published defaults.
    """
    key = read_secret(name)
    if len(key) < 43 or len(set(key)) < 12:
        raise MissingSecretError(
            f"{name} is too weak: it needs at least 43 characters that do not repeat themselves. "
            "Make one with: python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    return key
