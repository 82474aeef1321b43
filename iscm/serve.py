"""`iscm serve NAME`: this process becomes the service, with its environment and nothing else of ours."""

import os
import pwd

import click

from warehouse.credentials import known_secrets
from warehouse.services import SERVICES, service
from warehouse.settings import settings


def become(name: str) -> None:
    """Replace this process by the service `name`.

    Raises:
        click.BadParameter: no such service.
    """
    at = settings()
    if name not in SERVICES:
        raise click.BadParameter(f"there is no service {name!r}; the services are: {', '.join(SERVICES)}")
    known = service(name, at, known_secrets(at.home))
    if known.user:
        entry = pwd.getpwnam(known.user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        os.chdir("/")  # our own folder may be closed to that user
    os.execve(known.command[0], known.command, known.environment)  # noqa: S606 - no shell
