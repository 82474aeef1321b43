"""How the dashboard server runs: one process, several threads, this machine only.

One process keeps memory low and the login limit exact. A page of the overview asks a dozen small questions at
once; they wait for Postgres, not for Python, so threads answer them.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from read_secret import MissingSecretError, read_secret, read_signing_key

try:  # said here once and plainly; inside a worker it would drown in a traceback
    read_signing_key("SUPERSET_SECRET_KEY")
    read_secret("ISCM_SUPERSET_METADATA_URI")
except MissingSecretError as error:
    raise SystemExit(f"The dashboard server does not start: {error}") from error

bind = os.environ.get("ISCM_SUPERSET_BIND", "127.0.0.1:8088")
worker_class = "gthread"
workers = 1
threads = 12
timeout = 90
graceful_timeout = 15
keepalive = 5
# A fresh process after many requests: what Python does not give back to the machine is given back then.
max_requests = 20_000
max_requests_jitter = 1_000
control_socket_disable = True
