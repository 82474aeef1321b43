"""The graph that a real Airflow has read: that it is there, and that the gates stand where they must."""

import pytest

from tests.airflow_api import Airflow
from tests.stack import Stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def airflow(stack: Stack) -> Airflow:
    return Airflow(stack)


def downstream(airflow: Airflow, dag: str) -> dict[str, set[str]]:
    """Direct followers of each task."""
    tasks = airflow.get(f"dags/{dag}/tasks")["tasks"]
    assert tasks, f"the DAG {dag} has no tasks"
    return {task["task_id"]: set(task["downstream_task_ids"]) for task in tasks}


def all_behind(graph: dict[str, set[str]], task: str) -> set[str]:
    """Every task that runs after `task`."""
    found: set[str] = set()
    todo = [task]
    while todo:
        todo += [follower for follower in graph[todo.pop()] if follower not in found and not found.add(follower)]
    return found


def test_both_dags_are_found_and_nothing_fails_to_import(airflow: Airflow) -> None:
    assert {dag["dag_id"] for dag in airflow.get("dags")["dags"]} == {"drop", "build"}
    assert airflow.get("importErrors")["import_errors"] == []


def test_every_dbt_model_and_seed_is_a_task(airflow: Airflow) -> None:
    from tests.stack import ROOT

    models = {path.stem for path in (ROOT / "dbt_project" / "models").rglob("*.sql")}
    assert len(models) >= 15
    drawn = set(downstream(airflow, "build"))
    assert {f"dbt.{model}_run" for model in models} <= drawn
    assert "dbt.ref_iscms_seed" in drawn


def test_nothing_is_published_but_through_the_gate(airflow: Airflow) -> None:
    graph = downstream(airflow, "build")
    assert graph["validate"] == {"publish"}
    assert [task for task, followers in graph.items() if "publish" in followers] == ["validate"]
    assert graph["publish"] == set()
    before = {task for task in graph if "validate" in all_behind(graph, task)}
    assert before == set(graph) - {"validate", "publish"}


def test_the_inputs_are_fixed_before_any_model_runs(airflow: Airflow) -> None:
    graph = downstream(airflow, "build")
    assert all_behind(graph, "open_build") == set(graph) - {"open_build"}


def test_only_the_gated_step_announces_a_publication(airflow: Airflow) -> None:
    assets = {asset["name"]: asset for asset in airflow.get("assets")["assets"]}
    assert {task["task_id"] for task in assets["publication"]["producing_tasks"]} == {"publish"}
    assert {task["task_id"] for task in assets["submissions"]["producing_tasks"]} == {"announce"}
    assert [dag["dag_id"] for dag in assets["submissions"]["scheduled_dags"]] == ["build"]
    assert assets["drop_folder"]["watchers"]
