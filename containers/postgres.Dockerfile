# PostgreSQL 18 under the user that all containers share, with a start of our own: the official entry point leaves
# the local socket open to everybody and begins as root.
FROM docker.io/library/postgres:18-bookworm
ARG ISCM_UID=10001
# initdb insists on a user with a name
RUN useradd --uid $ISCM_UID --no-create-home --shell /usr/sbin/nologin iscm \
 && install -d -o $ISCM_UID -g $ISCM_UID -m 0700 /pgdata
COPY containers/postgres-start.sh /usr/local/bin/
USER $ISCM_UID
ENTRYPOINT ["postgres-start.sh"]
