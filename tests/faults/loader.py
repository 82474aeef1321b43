"""A warm loader: everything is imported once, and each order is carried out by a fork of it that may be killed.

Reads one order per line as JSON, answers one line each: how the fork ended, and what it left in the file `result`.
"""

import datetime as dt
import json
import os
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import tqdm

from expectations.delivery_gate import judge
from ingestion import marking  # noqa: F401 - imported while it is warmed up
from iscm import acceptance, submitting
from tests.faults.walking import Walk
from tests.unit.deliveries import delivery


def main() -> None:
    """Carry out orders until there are none."""
    tqdm.tqdm.monitor_interval = 0  # a progress bar of the gate's library would start a thread
    judge(delivery("2019", {"P1": 1}), [delivery("2018", {"P1": 1}), delivery("2017", {"P1": 1})])
    assert threading.active_count() == 1, "a fork takes only one thread along"
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _child(order)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"process": child, "code": os.waitstatus_to_exitcode(status)}), flush=True)


def _child(order: dict[str, Any]) -> None:
    os.setsid()  # whatever it starts can be found afterwards
    os.environ.update(order["environment"])
    walk = Walk(order["fault"], order["at"], order["postmaster"])
    walk.watch()
    if order["after"] is not None:
        timer = threading.Timer(order["after"], walk.strike)
        timer.daemon = True
        timer.start()
    said: dict[str, Any] = {"outcome": None, "error": None}
    try:
        said["outcome"] = ACTIONS[order["action"]](*order["arguments"])
    except Exception as error:
        said["error"] = f"{type(error).__name__}: {error}\n{traceback.format_exc()}"
    said |= {"steps": list(walk.steps), "struck": walk.struck}
    walk.fault_is_over()
    Path(order["result"]).write_text(json.dumps(said))
    os._exit(0)


def _land(file: str) -> str:
    return submitting.land_file(Path(file), take=True).outcome


def _accept(submission: int, numbers: list[int]) -> str:
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=100)
    try:
        acceptance.accept(submission, numbers, "checked with the office by phone", until, "A. Steward")
    except acceptance.NotAcceptableError as refusal:
        if "in force already" not in str(refusal):
            raise
    return "accepted"


ACTIONS = {"land": _land, "accept": _accept}

if __name__ == "__main__":
    main()
