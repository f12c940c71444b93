#!/bin/bash
# Backs Postgres up to R2: wholly on Sundays, else what has changed since. Called with pgBackRest's configuration.
set -euo pipefail
SUNDAY=7
type=diff
if [ "$(date +%u)" = "$SUNDAY" ]; then type=full; fi
exec pgbackrest --config="$1" --stanza=main --type="$type" backup
