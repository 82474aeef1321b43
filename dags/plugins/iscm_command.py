"""Runs one `iscm` command as an Airflow task: the exit code decides between success, skip, failure and retry."""

import os
import subprocess
from collections.abc import Sequence
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

REFUSED = 3
"""The input is refused or a gate is red: a retry would end the same."""
NOTHING_TO_DO = 4
HELD_BACK = 5


class IscmCommand(BaseOperator):
    """Run `iscm ARGUMENTS`, without a shell; its output becomes the task's log.

    Exit code 0 is success, 4 skips, 3 (refused) and 5 (held back) fail for good, anything else fails and is retried.
    """

    template_fields: Sequence[str] = ("arguments",)

    def __init__(self, arguments: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.arguments = list(arguments)
        self._process: subprocess.Popen[str] | None = None

    def execute(self, context: Any) -> None:
        """Run the command and read its exit code."""
        command = [os.environ["ISCM_COMMAND"], *self.arguments]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="backslashreplace"
        )
        for line in self._process.stdout or ():
            # control characters from a file must not reach a terminal that shows this log
            said = line.rstrip("\n")
            self.log.info("%s", said if said.isprintable() else said.encode("unicode_escape").decode())
        code = self._process.wait()
        said = f"iscm {' '.join(self.arguments)} ended with {code}"
        if code in (REFUSED, HELD_BACK):
            raise AirflowFailException(f"{said}: {'refused' if code == REFUSED else 'held back'}, see above")
        if code == NOTHING_TO_DO:
            raise AirflowSkipException(f"{said}: nothing to do")
        if code:
            raise AirflowException(said)

    def on_kill(self) -> None:
        """End the command with the task."""
        if self._process:
            self._process.terminate()
