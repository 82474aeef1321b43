# Airflow and the warehouse's command line, in two environments from two locks.
# Index settings, if any: build arguments. They end with the first stage.
FROM docker.io/library/python:3.11-slim-bookworm AS install
ARG PIP_INDEX_URL
ARG UV_DEFAULT_INDEX
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /opt/iscm
COPY requirements-uv.lock ./
RUN python -m venv /opt/uv \
 && /opt/uv/bin/pip install -q --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-uv.lock
COPY dags/requirements.lock dags/
RUN /opt/uv/bin/uv venv -q --python python .venvs/airflow \
 && /opt/uv/bin/uv pip sync -q --require-hashes --python .venvs/airflow dags/requirements.lock
COPY requirements.lock ./
RUN /opt/uv/bin/uv venv -q --python python .venvs/warehouse \
 && /opt/uv/bin/uv pip sync -q --require-hashes --python .venvs/warehouse requirements.lock
COPY . ./
RUN /opt/uv/bin/uv pip install -q --no-deps --no-build-isolation --python .venvs/warehouse -e . \
 && .venvs/warehouse/bin/python -m compileall -q dags expectations ingestion iscm publication simulation warehouse \
 && find . -name .venvs -prune -o -type f ! -name "*.pyc" -exec sha256sum {} + | sort | sha256sum > built

FROM docker.io/library/python:3.11-slim-bookworm
ARG ISCM_UID=10001
# volumes take owner and mode from these folders when they are new
RUN useradd --uid $ISCM_UID --no-create-home --home-dir /tmp --shell /usr/sbin/nologin iscm \
 && install -d -o $ISCM_UID -g $ISCM_UID -m 0700 /var/lib/iscm /var/lib/iscm/airflow
COPY --from=install /opt/iscm /opt/iscm
# the code belongs to root: what runs cannot change it
ARG ISCM_GIT_REVISION=unknown
ENV PATH=/opt/iscm/.venvs/warehouse/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    ISCM_HOME=/var/lib/iscm ISCM_PREPARED=/var/lib/iscm/airflow/.prepared ISCM_LISTEN=0.0.0.0 ISCM_GIT_REVISION=$ISCM_GIT_REVISION
WORKDIR /opt/iscm
USER $ISCM_UID
