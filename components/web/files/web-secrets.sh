#!/bin/bash
# Puts the application's secrets where its service reads them: in memory, for the system's manager only.
set -euo pipefail
umask 077
. /etc/web/machine.env
secret=$(aws secretsmanager get-secret-value --secret-id "$SESSION_SECRET" --query SecretString --output text)
# As the manager reads what is in quotes.
secret=${secret//\\/\\\\}
secret=${secret//\"/\\\"}
printf 'JWT_SECRET="%s"\n' "$secret" >/run/web/secrets.env
