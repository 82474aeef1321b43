"""The services of an installation: what each is started with, and nothing more than it needs to know.

`iscm serve NAME` turns one of these into the process itself, by hand, under supervisord or in a container, so no
secret is ever written into a process manager's configuration.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.postgres import cluster
from warehouse.settings import PROJECT, Settings

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "ISCM_GIT_REVISION")
WORKERS = 4
"""Airflow tasks that run at once: each is a process of some 200 MB."""
SERVICES = (
    "postgres", "airflow-api-server", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer", "superset",
)  # fmt: skip
"""All services, in the order in which they start."""
_SOME_AIRFLOW_SECRETS = {
    "AIRFLOW__API__SECRET_KEY": "ISCM_AIRFLOW_API_SECRET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET": "ISCM_AIRFLOW_JWT_SECRET",
    "ISCM_TRANSFORMER_PASSWORD": "ISCM_TRANSFORMER_PASSWORD",
}
"""Setting -> secret that not every Airflow process needs; in containers not every one is given it."""


@dataclass(frozen=True)
class Service:
    """A process to run: command, environment and the system user it runs as (None: ourselves)."""

    name: str
    command: list[str]
    environment: dict[str, str]
    user: str | None = None


def environments() -> Path:
    """Folder with the three virtual environments `warehouse`, `airflow` and `superset`."""
    return Path(os.environ.get("ISCM_ENVIRONMENTS", PROJECT / ".venvs"))


def program(environment: str, name: str) -> str:
    """Path of an executable in one of the three environments."""
    return str(environments() / environment / "bin" / name)


def airflow_environment(at: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
    """What every Airflow process must know. Airflow's own metadata live in a database and role of their own."""
    database = f"airflow:{secrets['ISCM_AIRFLOW_DB_PASSWORD']}@{at.postgres_host}:{at.postgres_port}/airflow"
    # tasks reach the API server over loopback, or by its service name in containers
    api_host = os.environ.get("ISCM_AIRFLOW_API_HOST", "127.0.0.1")
    some = {setting: secrets[name] for setting, name in _SOME_AIRFLOW_SECRETS.items() if name in secrets}
    return _base(at, "airflow") | {
        "AIRFLOW_HOME": str(at.home / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "dags" / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(WORKERS),
        "AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG": "16",
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
        "AIRFLOW__CORE__FERNET_KEY": secrets["ISCM_AIRFLOW_FERNET_KEY"],
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{api_host}:{at.airflow_port}/execution/",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{database}",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": f"postgresql+asyncpg://{database}",
        "AIRFLOW__API__HOST": os.environ.get("ISCM_LISTEN", "127.0.0.1"),
        "AIRFLOW__API__PORT": str(at.airflow_port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{at.airflow_port}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        # a killed worker or scheduler is noticed within half a minute, not five
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
        "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "20",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__COSMOS__PROPAGATE_LOGS": "False",
        "AIRFLOW__COSMOS__CACHE_DIR": str(at.home / "airflow" / "cosmos"),
        "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
        "DO_NOT_TRACK": "true",
        "SCARF_ANALYTICS": "false",
        # what the DAGs need to call the command line
        "ISCM_COMMAND": program("warehouse", "iscm"),
        "ISCM_DBT": program("warehouse", "dbt"),
        "ISCM_DBT_PROJECT": str(PROJECT / "dbt_project"),
        "ISCM_DBT_MANIFEST": str(at.home / "dbt" / "manifest.json"),
        "ISCM_DROP": str(at.drop),
        **some,
    }


def superset_environment(at: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
    """What the Superset server must know: its own database and its signing key."""
    return _base(at, "superset") | {
        "PYTHONPATH": str(PROJECT / "superset"),
        "SUPERSET_CONFIG_PATH": str(PROJECT / "superset" / "superset_config.py"),
        "SUPERSET_HOME": str(at.home / "superset"),
        "ISCM_SUPERSET_BIND": f"{os.environ.get('ISCM_LISTEN', '127.0.0.1')}:{at.superset_port}",
        "FLASK_APP": "superset.app:create_app()",
        "SUPERSET_SECRET_KEY": secrets["SUPERSET_SECRET_KEY"],
        "ISCM_SUPERSET_METADATA_URI": (
            f"postgresql+psycopg2://superset:{secrets['ISCM_SUPERSET_DB_PASSWORD']}"
            f"@{at.postgres_host}:{at.postgres_port}/superset"
        ),
        "SCARF_ANALYTICS": "false",
    }


def superset_preparation_environment(at: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
    """What the preparation of Superset must know on top: where the warehouse is (as `bi_reader`), and its users."""
    return superset_environment(at, secrets) | {
        "ISCM_BI_URI": (
            f"postgresql+psycopg2://bi_reader:{secrets['ISCM_BI_READER_PASSWORD']}"
            f"@{at.postgres_host}:{at.postgres_port}/{at.database}"
        ),
        "ISCM_SUPERSET_ADMIN_PASSWORD": secrets["ISCM_SUPERSET_ADMIN_PASSWORD"],
        "ISCM_SUPERSET_MANAGER_PASSWORD": secrets["ISCM_SUPERSET_MANAGER_PASSWORD"],
    }


def service(name: str, at: Settings, secrets: Mapping[str, str]) -> Service:
    """The service `name`; asks only for the secrets of that one, as a container has no others.

    Raises:
        KeyError: no such service, or a secret that it needs is missing.
    """
    if name == "postgres":
        postgres = cluster(at)
        return Service(name, postgres.server_command(at.postgres_port), _base(at), postgres.system_user)
    if name == "superset":
        configuration = str(PROJECT / "superset" / "gunicorn.conf.py")
        command = [program("superset", "gunicorn"), "-c", configuration, "superset.app:create_app()"]
        return Service(name, command, superset_environment(at, secrets))
    arguments = {
        "airflow-api-server": ["api-server"],
        # logs are read from disk: the log servers would listen on every interface
        "airflow-scheduler": ["scheduler", "--skip-serve-logs"],
        "airflow-dag-processor": ["dag-processor"],
        "airflow-triggerer": ["triggerer", "--skip-serve-logs"],
    }[name]
    return Service(name, [program("airflow", "airflow"), *arguments], airflow_environment(at, secrets))


def services(at: Settings, secrets: Mapping[str, str]) -> dict[str, Service]:
    """All services by name, in the order in which they start."""
    return {name: service(name, at, secrets) for name in SERVICES}


def _base(at: Settings, environment: str | None = None) -> dict[str, str]:
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    known |= {"ISCM_HOME": str(at.home), "ISCM_ENVIRONMENTS": str(environments()), "PYTHONUNBUFFERED": "1"}
    known |= {name: value for name, value in os.environ.items() if name.startswith("ISCM_") and name.endswith("_PORT")}
    known |= {"ISCM_POSTGRES_HOST": at.postgres_host, "ISCM_POSTGRES_PORT": str(at.postgres_port)}
    known |= {"ISCM_DATABASE": at.database}
    if environment:  # programs call their siblings by name
        known["PATH"] = f"{environments() / environment / 'bin'}{os.pathsep}{known.get('PATH', os.defpath)}"
    return known
