# Superset in its own environment from its own lock; nothing of the warehouse but the dashboards' files.
# Index settings, if any: build arguments. They end with the first stage.
FROM docker.io/library/python:3.11-slim-bookworm AS install
ARG PIP_INDEX_URL
ARG UV_DEFAULT_INDEX
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /opt/iscm
COPY requirements-uv.lock ./
RUN python -m venv /opt/uv \
 && /opt/uv/bin/pip install -q --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-uv.lock
COPY superset/requirements.lock superset/
RUN /opt/uv/bin/uv venv -q --python python .venvs/superset \
 && /opt/uv/bin/uv pip sync -q --require-hashes --python .venvs/superset superset/requirements.lock
COPY superset superset
COPY containers containers
RUN find . -name .venvs -prune -o -type f ! -name "*.pyc" -exec sha256sum {} + | sort | sha256sum > built

FROM docker.io/library/python:3.11-slim-bookworm
ARG ISCM_UID=10001
RUN useradd --uid $ISCM_UID --no-create-home --home-dir /tmp --shell /usr/sbin/nologin iscm \
 && install -d -o $ISCM_UID -g $ISCM_UID -m 0700 /var/lib/superset
COPY --from=install /opt/iscm /opt/iscm
ENV PATH=/opt/iscm/.venvs/superset/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    PYTHONPATH=/opt/iscm/superset SUPERSET_CONFIG_PATH=/opt/iscm/superset/superset_config.py \
    SUPERSET_HOME=/var/lib/superset ISCM_PREPARED=/var/lib/superset/.prepared FLASK_APP="superset.app:create_app()" SCARF_ANALYTICS=false
WORKDIR /opt/iscm
USER $ISCM_UID
ENTRYPOINT ["containers/superset-start.sh"]
