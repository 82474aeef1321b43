"""What the dashboard tests share: the asset files, and a browser-like client that logs in through the login page."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
SUPERSET = ROOT / "superset"
DASHBOARD = "investment-overview"


def load_module(path: Path) -> ModuleType:
    """Load a module of the Superset room by its path; the room is not a package of this environment."""
    spec = importlib.util.spec_from_file_location(f"iscm_dashboards_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Client:
    """One person's session with the dashboard server."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url.rstrip("/")
        self.http = requests.Session()
        token = self._token(self.http.get(f"{self.url}/login/", timeout=30).text)
        form = {"username": user, "password": password, "csrf_token": token}
        answer = self.http.post(f"{self.url}/login/", data=form, allow_redirects=False, timeout=30)
        assert answer.status_code == 302, f"login of {user} was answered with {answer.status_code}"
        assert not answer.headers["Location"].endswith("/login/"), f"{user} was not let in"
        page = self.http.get(f"{self.url}/superset/dashboard/{DASHBOARD}/", timeout=30).text
        self.headers = {"X-CSRFToken": self._token(page), "Referer": self.url}

    @staticmethod
    def _token(page: str) -> str:
        found = re.search(r'csrf_token"\s+value="([^"]+)"', page)
        assert found, "the page holds no CSRF token"
        return found.group(1)

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Send one request, redirects not followed. ``body`` goes as JSON."""
        return self.http.request(
            method, self.url + path, json=body, headers=self.headers, allow_redirects=False, timeout=60
        )

    def get_json(self, path: str) -> Any:
        """GET that must be answered with 200. Returns the JSON content."""
        answer = self.call("GET", path)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text[:200]}"
        return answer.json()

    def charts(self) -> dict[str, dict[str, Any]]:
        """The charts of the overview: name -> {id, form_data}, in the server's words."""
        found = self.get_json(f"/api/v1/dashboard/{DASHBOARD}/charts")["result"]
        return {chart["slice_name"]: chart for chart in found}

    def query(self, form_data: dict[str, Any], filters: dict[str, Any]) -> requests.Response:
        """Ask for the data of a chart, with equality filters column -> value."""
        dataset, kind = form_data["datasource"].split("__")
        columns = [form_data["x_axis"]] if form_data.get("x_axis") else []
        for key in ("groupby", "groupbyRows", "groupbyColumns"):
            columns += form_data.get(key) or []
        metrics = form_data.get("metrics") or list(filter(None, [form_data.get("metric")])) or None
        if metrics is None:
            columns = form_data["all_columns"]
        conditions = [{"col": column, "op": "==", "val": value} for column, value in filters.items()]
        conditions += [
            {"col": item["subject"], "op": item["operator"], "val": item["comparator"]}
            for item in form_data.get("adhoc_filters") or []
        ]
        question = {"columns": columns, "metrics": metrics, "filters": conditions, "row_limit": 50_000}
        body = {
            "datasource": {"id": int(dataset), "type": kind},
            "queries": [question],
            "form_data": form_data,
            "result_format": "json",
            "result_type": "full",
        }
        return self.call("POST", "/api/v1/chart/data", body)

    def rows(self, form_data: dict[str, Any], filters: dict[str, Any]) -> list[dict[str, Any]]:
        """Rows of a chart; the question must be answered with 200."""
        answer = self.query(form_data, filters)
        assert answer.status_code == 200, f"{answer.status_code} {answer.text[:300]}"
        return answer.json()["result"][0]["data"]


@pytest.fixture(scope="session")
def asset_check() -> ModuleType:
    """The checks that run before every import."""
    return load_module(SUPERSET / "tools" / "asset_check.py")


@pytest.fixture(scope="session")
def assets_root() -> Path:
    """Where the dashboard files lie."""
    return SUPERSET / "assets"


@pytest.fixture(scope="session")
def manager(stack: Any) -> Client:
    """A manager who has logged in."""
    return Client(stack.superset_url, "manager", stack.superset_manager_password)


@pytest.fixture(scope="session")
def admin(stack: Any) -> Client:
    """The administrator, logged in; used to know what there is that a manager must not reach."""
    return Client(stack.superset_url, "admin", stack.superset_admin_password)
