"""Airflow's own REST API, as an operator's tool would use it."""

from typing import Any

import requests

from tests.stack import Stack


class Airflow:
    """A logged-in client."""

    def __init__(self, stack: Stack) -> None:
        self.url = stack.airflow_url
        login = {"username": "admin", "password": stack.secret("ISCM_AIRFLOW_ADMIN_PASSWORD")}
        answer = requests.post(f"{self.url}/auth/token", json=login, timeout=30)
        answer.raise_for_status()
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def get(self, path: str) -> Any:
        """JSON of `/api/v2/<path>`."""
        answer = requests.get(f"{self.url}/api/v2/{path}", headers=self.headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def runs(self, dag: str) -> list[dict[str, Any]]:
        """Runs of a DAG, newest first."""
        return list(self.get(f"dags/{dag}/dagRuns?order_by=-run_after&limit=100")["dag_runs"])

    def tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        """Task instances of a run."""
        return list(self.get(f"dags/{dag}/dagRuns/{run}/taskInstances?limit=100")["task_instances"])
