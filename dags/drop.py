"""# Drop: what finance teams put into the drop folder

Starts by itself when the folder `drop/FEED/` has been quiet for two seconds, and every ten minutes. Each file is one
mapped task `land`: green when it was accepted or its bytes were known, red when it was refused or held back. A
refused file needs nobody here: its sender has the answer in `outbox/FEED/`; clear nothing, the corrected file is a new
one. What is held back waits for `iscm accept` (see `iscm status`).

`mail` sends the answers to those who want them by mail; what fails is tried again at a later run.

`announce` emits the asset `iscm://submissions` when an accepted submission waits for publication; that starts `build`.

Safe to re-run at any time: the same bytes change nothing.
"""

import os
from datetime import timedelta

from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, AssetWatcher, CronTriggerTimetable, task
from drop_folder import DropFolderTrigger, settled_files
from iscm_command import IscmCommand

DROP = os.environ["ISCM_DROP"]
MOST_FILES = 500
"""Files of one run; Airflow maps 1,024 tasks at most, the rest waits for the next run."""

dropped = Asset(
    name="drop_folder",
    uri="iscm://drop",
    watchers=[AssetWatcher(name="settled_files", trigger=DropFolderTrigger(folder=DROP))],
)
submissions = Asset(name="submissions", uri="iscm://submissions")

with DAG(
    "drop",
    # by the clock as well: whatever a crash left half way is found and brought to its end
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("*/10 * * * *", timezone="UTC"), assets=[dropped]),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    default_args={"retries": 3, "retry_delay": timedelta(seconds=5)},
    tags=["iscm"],
):

    @task
    def waiting() -> list[list[str]]:
        """The settled files, as arguments of `iscm land`; what is still being written waits for its own event."""
        return [["land", "--take", "--", path] for path in settled_files(DROP)[:MOST_FILES]]

    land = IscmCommand.partial(task_id="land", map_index_template="{{ task.arguments[-1] }}").expand(
        arguments=waiting()
    )

    announce = IscmCommand(task_id="announce", arguments=["pending"], trigger_rule="all_done", outlets=[submissions])
    mail = IscmCommand(task_id="mail", arguments=["mail"], trigger_rule="all_done", retries=0)
    land >> [announce, mail]
