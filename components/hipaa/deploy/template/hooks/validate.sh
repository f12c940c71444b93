#!/bin/bash
# The deployment counts when the application says that it reaches its database, cache and files. Its certificate is the
# instance's own, and is not verified here as the balancer does not.
set -euo pipefail
exec curl --fail --silent --show-error --insecure --retry 30 --retry-delay 5 --retry-all-errors --max-time 5 \
  --output /dev/null https://localhost:5000/api/health
