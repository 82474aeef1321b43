"""How long from `make run` in an empty installation to the printed table, and how much memory it takes at its peak.

python bench/start.py [FOLDER OF A CLONE]. Memory is the sum of proportional set sizes of all processes of the run,
sampled once a second.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

PORTS = {"ISCM_POSTGRES_PORT": "7438", "ISCM_AIRFLOW_PORT": "7080", "ISCM_SUPERSET_PORT": "7088"}


def memory(process: psutil.Process) -> int:
    """Bytes that the process and its descendants hold, shared pages counted once."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


def main() -> None:
    """Start, sample, stop, print."""
    clone = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    with tempfile.TemporaryDirectory(prefix="iscm-bench-") as folder:
        Path(folder).chmod(0o755)
        log = Path(folder) / "log"
        began = time.monotonic()
        with log.open("w") as output:
            environment = os.environ | PORTS | {"ISCM_HOME": str(Path(folder) / "home")}
            run = subprocess.Popen(["make", "run"], cwd=clone, env=environment, stdout=output, start_new_session=True)
        peak = 0
        while "Ctrl-C stops everything" not in log.read_text():
            if run.poll() is not None:
                sys.exit(log.read_text()[-3000:])
            peak = max(peak, memory(psutil.Process(run.pid)))
            time.sleep(1)
        took = time.monotonic() - began
        os.killpg(run.pid, signal.SIGINT)
        run.wait()
        print(f"{took:.0f} s to the table, peak {peak / 2**20:.0f} MiB, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
