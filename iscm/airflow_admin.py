"""Airflow's administrator. The password comes by the environment: a command line can be read by every user.

Run by the Python of the Airflow environment: `python iscm/airflow_admin.py`.
"""

import os

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

NAME = "admin"


def main() -> None:
    """Create the administrator, or set the password again."""
    password = os.environ["ISCM_AIRFLOW_ADMIN_PASSWORD"]
    with get_application_builder() as builder:
        users = builder.sm
        known = users.find_user(NAME)
        if known:
            users.reset_password(known.id, password)
        elif not users.add_user(NAME, "Admin", "ISCM", "admin@localhost", users.find_role("Admin"), password):
            raise SystemExit("Airflow's administrator could not be created")


if __name__ == "__main__":
    main()
