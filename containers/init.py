"""Everything that must be there before the services start; once at each start of the stack, safe to repeat."""

import os
import shutil
import sys

import ready

from iscm import steps
from iscm.up import prepare_airflow, prepare_dbt, prepare_folders
from warehouse.credentials import known_secrets
from warehouse.settings import settings


def main() -> None:
    """Folders, roles and schemas, dbt's manifest, Airflow's database; then a mark that the services wait for."""
    if ready.main(["--wait", "postgres"]):
        sys.exit(1)
    at = settings()
    prepare_folders(at)
    for line in steps.migrate():
        print(line, flush=True)
    prepare_dbt(at)
    prepare_airflow(at, known_secrets(at.home))
    shutil.copyfile("built", os.environ["ISCM_PREPARED"])


if __name__ == "__main__":
    main()
