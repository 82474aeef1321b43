"""# Build: from accepted submissions to the published figures

Starts when `drop` announces new submissions. Opens a build (its inputs are fixed there), runs each dbt model as a task,
judges the candidate marts (`validate`) and switches them in (`publish`).

Red anywhere: the last publication stays on the dashboards. `validate` red: read its log, it names the check;
mend the data (a new file) or the model, never the gate. Re-run: clear the whole run, or drop a file; both are safe.
"""

import os
from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG, Asset
from cosmos import DbtTaskGroup, ExecutionConfig, ExecutionMode, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import InvocationMode, LoadMode, TestBehavior
from iscm_command import IscmCommand

PROJECT = Path(os.environ["ISCM_DBT_PROJECT"])

with DAG(
    "build",
    schedule=[Asset(name="submissions", uri="iscm://submissions")],
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=5)},
    tags=["iscm"],
):
    # an event may come twice for the same submissions; a person who starts a run wants it
    open_build = IscmCommand(
        task_id="open_build",
        arguments=["open-build", "{{ '--if-due' if dag_run.run_type == 'asset_triggered' else '--always' }}"],
    )

    models = DbtTaskGroup(
        group_id="dbt",
        project_config=ProjectConfig(
            dbt_project_path=PROJECT, manifest_path=os.environ["ISCM_DBT_MANIFEST"], install_dbt_deps=False
        ),
        profile_config=ProfileConfig(
            profile_name="iscm", target_name="warehouse", profiles_yml_filepath=PROJECT / "profiles.yml"
        ),
        execution_config=ExecutionConfig(
            execution_mode=ExecutionMode.WATCHER,
            invocation_mode=InvocationMode.SUBPROCESS,
            dbt_executable_path=os.environ["ISCM_DBT"],
            # One `dbt build` runs models and data tests together. Cosmos would leave the tests out when they are not
            # drawn as tasks, and each drawn test costs a second; so they are asked for by name. Unit tests judge the
            # code, not the data: they run before code is shipped.
            setup_operator_args={"dbt_cmd_flags": ["--resource-type", "test"]},
        ),
        render_config=RenderConfig(
            load_method=LoadMode.DBT_MANIFEST, test_behavior=TestBehavior.NONE, emit_datasets=False
        ),
        operator_args={
            "append_env": True,
            "install_deps": False,
            # A producer that is run again skips itself, and a model's task that is run again runs the model alone,
            # without tests: nobody gets a second try. The next build makes everything that this one left open.
            "retries": 0,
            # Deferring for a second loses a race in Airflow: the event of the first half meets the requeued second half
            # ("finished with state success, but the task instance's state attribute is queued") and fails the task.
            "deferrable": False,
            "poke_interval": 1,
        },
    )

    validate = IscmCommand(task_id="validate", arguments=["validate"])
    publish = IscmCommand(
        task_id="publish", arguments=["publish"], outlets=[Asset(name="publication", uri="iscm://publication")]
    )
    open_build >> models >> validate >> publish
