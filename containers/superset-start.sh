#!/bin/sh
# `superset-start.sh prepare` makes Superset's database equal to the files; without argument: the server.
# Passwords come as files; Superset wants them inside database addresses.
set -eu
secret() { cat "/run/secrets/$1"; }
server=${ISCM_POSTGRES_HOST:-postgres}:${ISCM_POSTGRES_PORT:-5432}
SUPERSET_SECRET_KEY=$(secret SUPERSET_SECRET_KEY)
ISCM_SUPERSET_METADATA_URI="postgresql+psycopg2://superset:$(secret ISCM_SUPERSET_DB_PASSWORD)@$server/superset"
export SUPERSET_SECRET_KEY ISCM_SUPERSET_METADATA_URI

if [ "${1:-}" = prepare ]; then
  ISCM_BI_URI="postgresql+psycopg2://bi_reader:$(secret ISCM_BI_READER_PASSWORD)@$server/${ISCM_DATABASE:-iscm}"
  ISCM_SUPERSET_ADMIN_PASSWORD=$(secret ISCM_SUPERSET_ADMIN_PASSWORD)
  ISCM_SUPERSET_MANAGER_PASSWORD=$(secret ISCM_SUPERSET_MANAGER_PASSWORD)
  export ISCM_BI_URI ISCM_SUPERSET_ADMIN_PASSWORD ISCM_SUPERSET_MANAGER_PASSWORD
  python containers/ready.py --wait warehouse
  python superset/tools/prepare.py
  exec cp built "$ISCM_PREPARED"
fi
python containers/ready.py --wait preparation
export ISCM_SUPERSET_BIND="0.0.0.0:${ISCM_SUPERSET_PORT:-8088}"
exec gunicorn -c superset/gunicorn.conf.py "superset.app:create_app()"
