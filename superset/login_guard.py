"""Slows down whoever guesses passwords.

Superset 6.1 has a login limit of its own, but it hangs on a login page that is no longer used: with the limit
switched on, thirty wrong passwords in a second were all tried. So wrong attempts are counted here.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

WINDOW_SECONDS = 300
FAILURES_PER_NAME = 10
FAILURES_PER_ADDRESS = 20
MOST_KEYS = 10_000
LOGIN_PATHS = ("/login/", "/login", "/api/v1/security/login")


class LoginGuard:
    """Counts wrong passwords of the last minutes, per address and per name at that address. Safe among threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[tuple[str, ...], list[float]] = {}
        self._lock = threading.Lock()

    def _recent(self, key: tuple[str, ...]) -> list[float]:
        oldest = self._clock() - WINDOW_SECONDS
        return [moment for moment in self._failures.get(key, []) if moment > oldest]

    def blocked(self, address: str, name: str) -> bool:
        """Whether the next attempt must be refused without looking at the password."""
        with self._lock:
            by_name, by_address = self._recent((address, name)), self._recent((address,))
        return len(by_name) >= FAILURES_PER_NAME or len(by_address) >= FAILURES_PER_ADDRESS

    def failed(self, address: str, name: str) -> None:
        """Count one wrong password."""
        with self._lock:
            if len(self._failures) >= MOST_KEYS:  # a flood of names must not eat the memory
                self._failures = {key: recent for key in self._failures if (recent := self._recent(key))}
            for key in ((address, name), (address,)):
                self._failures[key] = [*self._recent(key), self._clock()]

    def succeeded(self, address: str, name: str) -> None:
        """Forget the wrong passwords of somebody who has got in. Those of the address stay."""
        with self._lock:
            self._failures.pop((address, name), None)


def _attempt() -> tuple[str, str] | None:
    """Address and name of a login attempt, or None when the request is none."""
    from flask import request

    if request.method != "POST" or request.path not in LOGIN_PATHS:
        return None
    content = request.get_json(silent=True) if request.is_json else request.form
    name = content.get("username", "") if hasattr(content, "get") else ""
    return request.remote_addr or "", str(name)[:100].lower()


def _was_refused(response: Any) -> bool:
    """A wrong password is answered with an error, or by the form with a way back to the login page."""
    return response.status_code >= 400 or "/login" in response.headers.get("Location", "")


def install(app: Any) -> None:
    """Watch all logins of the application. One process serves it, so one guard sees them all."""
    guard = LoginGuard()

    def stop_guessing() -> Any:
        attempt = _attempt()
        if attempt and guard.blocked(*attempt):
            return "Too many wrong passwords. Wait five minutes and try again.", 429, {"Retry-After": "300"}
        return None

    def count(response: Any) -> Any:
        attempt = _attempt()
        if attempt and response.status_code != 429:
            (guard.failed if _was_refused(response) else guard.succeeded)(*attempt)
        return response

    app.before_request(stop_guessing)
    app.after_request(count)
