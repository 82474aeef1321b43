#!/bin/sh
# Makes the cluster if there is none, the way warehouse/postgres.py does for `make run`, then becomes the server.
set -eu
major=$(postgres --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
data=/pgdata/$major
[ "$major" -ge 18 ] || echo "warning: this is PostgreSQL $major; the warehouse is made for 18 or later" >&2

if [ ! -s "$data/PG_VERSION" ]; then
  # made aside and renamed: a start that was killed half way leaves no half cluster behind
  rm -rf "$data.new"
  initdb -D "$data.new" -U postgres --encoding=UTF8 --locale=C.UTF-8 --auth=scram-sha-256 \
    --pwfile=/run/secrets/ISCM_POSTGRES_PASSWORD --data-checksums >/dev/null
  # every connection proves who it is, and comes from this container or its own network
  printf '%s\n' 'host all all 127.0.0.1/32 scram-sha-256' 'host all all samenet scram-sha-256' >"$data.new/pg_hba.conf"
  mv "$data.new" "$data"
fi

exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories= -c max_connections=150 \
  -c shared_buffers=256MB -c timezone=UTC -c log_timezone=UTC
