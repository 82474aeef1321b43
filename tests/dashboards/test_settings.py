"""The dashboard server refuses to start without its secrets, and says what is missing."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "superset" / "read_secret.py"
NAME = "ISCM_TEST_ONLY_SECRET"
GOOD = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"


@pytest.fixture(scope="module")
def secrets():
    spec = importlib.util.spec_from_file_location("iscm_read_secret", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_value_comes_from_the_environment(secrets, monkeypatch):
    monkeypatch.setenv(NAME, "value")
    assert secrets.read_secret(NAME) == "value"


def test_value_comes_from_a_file_without_its_line_end(secrets, monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("from file\n", encoding="utf-8")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert secrets.read_secret(NAME) == "from file"


def test_nothing_given_is_refused_and_says_what_to_set(secrets, monkeypatch):
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)
    with pytest.raises(secrets.MissingSecretError, match=f"Set {NAME}, or set {NAME}_FILE"):
        secrets.read_secret(NAME)


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_missing_or_empty_file_is_refused(secrets, monkeypatch, tmp_path, content):
    path = tmp_path / "secret"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    monkeypatch.setenv(f"{NAME}_FILE", str(path))
    with pytest.raises(secrets.MissingSecretError, match=f"{NAME}_FILE names"):
        secrets.read_secret(NAME)


@pytest.mark.parametrize("weak", ["x" * 64, GOOD[:42], "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET", "ab" * 40])
def test_weak_signing_key_is_refused_and_not_repeated(secrets, monkeypatch, weak):
    monkeypatch.setenv(NAME, weak)
    with pytest.raises(secrets.MissingSecretError, match="too weak") as caught:
        secrets.read_signing_key(NAME)
    assert weak not in str(caught.value)


def test_strong_signing_key_is_taken(secrets, monkeypatch):
    monkeypatch.setenv(NAME, GOOD)
    assert secrets.read_signing_key(NAME) == GOOD
