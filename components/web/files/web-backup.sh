#!/bin/bash
# Copies the SQLite file as it is at one moment, while it is in use, to the bucket of backups, by day.
set -euo pipefail
. /etc/web/machine.env
file="$DATA_PATH/data/database.sqlite"
test -e "$file" || exit 0
copy=$(mktemp --directory)
trap 'rm --recursive --force "$copy"' EXIT
sqlite3 "$file" ".timeout 10000" ".backup '$copy/database.sqlite'"
test "$(sqlite3 "$copy/database.sqlite" "pragma integrity_check")" = ok
gzip "$copy/database.sqlite"
aws s3 cp --only-show-errors "$copy/database.sqlite.gz" \
  "s3://$BACKUPS_BUCKET/sqlite/$(date --utc +%Y-%m-%d)/database-$(date --utc +%H%M%S).sqlite.gz"
