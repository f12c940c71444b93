#!/bin/bash
# Opens the encrypted volume and starts Postgres on it. Secrets come through the tunnel, and stay in memory.
set -euo pipefail
source /etc/godwit/database.env
umask 077
mkdir --parents /run/godwit
curl --fail --silent --show-error --max-time 30 "$HANDOVER/secrets" > /run/godwit/secrets.json
secret() { jq --exit-status --raw-output --arg name "$1" '.[$name]' /run/godwit/secrets.json | base64 --decode; }

test -b "$VOLUME"
if ! cryptsetup isLuks "$VOLUME"; then
  # Nothing but an empty volume is formatted.
  test -z "$(wipefs --no-act --noheadings "$VOLUME")"
  secret volume-passphrase | cryptsetup luksFormat --batch-mode --type luks2 --key-file - "$VOLUME"
fi
if [ ! -b /dev/mapper/database ]; then
  secret volume-passphrase | cryptsetup open --key-file - "$VOLUME" database
fi
if [ -z "$(wipefs --no-act --noheadings /dev/mapper/database)" ]; then mkfs.ext4 -q /dev/mapper/database; fi
mountpoint --quiet /var/lib/postgresql || mount /dev/mapper/database /var/lib/postgresql
chown postgres:postgres /var/lib/postgresql

install --owner postgres --group postgres --mode 0700 --directory /run/godwit/postgres
{
  cat /etc/godwit/pgbackrest.conf
  echo "repo1-s3-key=$(secret archive-access-key-id)"
  echo "repo1-s3-key-secret=$(secret archive-secret-access-key)"
  echo "repo1-cipher-pass=$(secret archive-passphrase)"
} > /run/godwit/postgres/pgbackrest.conf
chown postgres:postgres /run/godwit/postgres/pgbackrest.conf
chmod 0711 /run/godwit

data=/var/lib/postgresql/$POSTGRES_VERSION/main
if [ ! -e "$data/PG_VERSION" ]; then
  test -e "/etc/postgresql/$POSTGRES_VERSION/main" && rm --recursive "/etc/postgresql/$POSTGRES_VERSION/main"
  pg_createcluster --locale C.UTF-8 "$POSTGRES_VERSION" main -- --data-checksums --auth-local peer --auth-host scram-sha-256
elif [ ! -e "/etc/postgresql/$POSTGRES_VERSION/main/postgresql.conf" ]; then
  # The machine is new, its volume is not.
  pg_createcluster "$POSTGRES_VERSION" main
fi
if [ ! -e "$data/server.key" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$DATABASE_HOST" \
    -addext "subjectAltName=DNS:$DATABASE_HOST,IP:$DATABASE_ADDRESS" \
    -keyout "$data/server.key" -out "$data/server.crt" 2> /dev/null
  chown postgres:postgres "$data/server.key" "$data/server.crt"
fi
install --owner postgres --group postgres --mode 0640 /etc/godwit/pg_hba.conf "/etc/postgresql/$POSTGRES_VERSION/main/pg_hba.conf"
install --owner postgres --group postgres --mode 0640 -D /etc/godwit/postgres.conf "/etc/postgresql/$POSTGRES_VERSION/main/conf.d/godwit.conf"
pg_ctlcluster "$POSTGRES_VERSION" main status > /dev/null || pg_ctlcluster "$POSTGRES_VERSION" main start
runuser --user postgres -- psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 << SQL
SET log_statement = 'none';
SELECT 'CREATE ROLE app LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') \gexec
ALTER ROLE app PASSWORD '$(secret app-password)';
SELECT 'CREATE ROLE prometheus LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prometheus') \gexec
GRANT pg_monitor TO prometheus;
SELECT 'CREATE DATABASE app OWNER app' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'app') \gexec
SQL
runuser --user postgres -- pgbackrest --config=/run/godwit/postgres/pgbackrest.conf --stanza=main stanza-create
curl --fail --silent --show-error --max-time 30 --request PUT \
  --data-binary "@$data/server.crt" "$HANDOVER/certificate"
