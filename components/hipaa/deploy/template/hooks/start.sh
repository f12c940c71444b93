#!/bin/bash
# Starts the new version worker by worker, so that requests of the old one end; the first time it starts it anew.
set -euo pipefail
set -a
. /etc/application/environment
set +a
cd /srv/application
as_application() { runuser --user application --preserve-environment -- env HOME=/home/application "$@"; }
as_application pm2 startOrReload ecosystem.config.cjs --update-env
as_application pm2 save
