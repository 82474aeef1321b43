"""`iscm serve NAME`: this process becomes the service, with its environment and nothing else of ours."""

import os
import pwd

import click

from warehouse.credentials import known_secrets
from warehouse.services import services
from warehouse.settings import settings


def become(name: str) -> None:
    """Replace this process by the service `name`.

    Raises:
        click.BadParameter: no such service.
    """
    at = settings()
    known = services(at, known_secrets(at.home))
    if name not in known:
        raise click.BadParameter(f"there is no service {name!r}; the services are: {', '.join(known)}")
    service = known[name]
    if service.user:
        entry = pwd.getpwnam(service.user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        os.chdir("/")  # our own folder may be closed to that user
    os.execve(service.command[0], service.command, service.environment)  # noqa: S606 - no shell
