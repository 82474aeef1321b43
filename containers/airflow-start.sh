#!/bin/sh
# `airflow-start.sh airflow-scheduler`: waits for what `init` prepares, then becomes the service.
set -eu
python containers/ready.py --wait preparation
exec iscm serve "$1"
