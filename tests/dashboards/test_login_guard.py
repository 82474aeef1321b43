"""Guessing passwords is slowed down, and nobody who mistypes now and then is locked out."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "superset" / "login_guard.py"


@pytest.fixture(scope="module")
def module():
    spec = importlib.util.spec_from_file_location("iscm_login_guard", PATH)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


class Clock:
    """A clock that stands until told to go on."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def guard(module, clock):
    return module.LoginGuard(clock)


def test_the_tenth_wrong_password_is_still_tried_the_eleventh_is_not(module, guard):
    for _ in range(module.FAILURES_PER_NAME - 1):
        guard.failed("10.0.0.1", "manager")
    assert not guard.blocked("10.0.0.1", "manager")
    guard.failed("10.0.0.1", "manager")
    assert guard.blocked("10.0.0.1", "manager")


def test_others_are_not_hit(module, guard):
    for _ in range(module.FAILURES_PER_NAME):
        guard.failed("10.0.0.1", "manager")
    assert not guard.blocked("10.0.0.1", "admin")
    assert not guard.blocked("10.0.0.2", "manager")


def test_trying_many_names_from_one_place_is_stopped(module, guard):
    for number in range(module.FAILURES_PER_ADDRESS):
        guard.failed("10.0.0.1", f"name{number}")
    assert guard.blocked("10.0.0.1", "a new name")


def test_it_is_forgotten_after_the_window(module, guard, clock):
    for _ in range(module.FAILURES_PER_NAME):
        guard.failed("10.0.0.1", "manager")
    clock.now += module.WINDOW_SECONDS
    assert not guard.blocked("10.0.0.1", "manager")


def test_getting_in_clears_the_name(module, guard):
    for _ in range(module.FAILURES_PER_NAME - 1):
        guard.failed("10.0.0.1", "manager")
    guard.succeeded("10.0.0.1", "manager")
    guard.failed("10.0.0.1", "manager")
    assert not guard.blocked("10.0.0.1", "manager")


def test_a_flood_of_names_does_not_eat_the_memory(module, guard, clock):
    for number in range(module.MOST_KEYS + 5):
        clock.now += 1
        guard.failed(f"10.0.{number}", "x")
    assert len(guard._failures) < module.MOST_KEYS
