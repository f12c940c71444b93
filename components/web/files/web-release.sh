#!/bin/bash
# Usage: web-release VERSION   runs that release, and goes back to the one before if it does not get well
#        web-release --back    runs the release before
set -euo pipefail
. /etc/web/machine.env
cd "$DATA_PATH"
exec 9>"/run/web-release.lock"
flock --nonblock 9 || { echo "Another release is under way; nothing was changed." >&2; exit 1; }

is_well() {
  for _ in $(seq 30); do
    curl --fail --silent --max-time 2 --output /dev/null "http://127.0.0.1:$PORT$HEALTH_PATH" && return 0
    sleep 1
  done
  return 1
}

# link NAME TARGET: in one step, so that the link is never missing.
link() {
  ln --symbolic --force --no-dereference "$2" "$1.next"
  mv --no-target-directory "$1.next" "$1"
}

# run TARGET
run() {
  link current "$1"
  systemctl restart web.service && is_well
}

fetch() {
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || { echo "$1 is no version." >&2; exit 2; }
  test ! -d "releases/$1" || return 0
  rm --recursive --force releases/.fetched
  install --directory --owner web --group web releases/.fetched
  aws s3 cp --only-show-errors "s3://$RELEASES_BUCKET/$1.tgz" - |
    runuser --user web -- tar --extract --gzip --directory releases/.fetched
  (cd releases/.fetched && runuser --user web -- env HOME=/tmp npm ci --omit=dev --no-audit --no-fund)
  mv releases/.fetched "releases/$1"
}

before=$(readlink current || true)
if [ "${1:?a version, or --back}" = --back ]; then
  next=$(readlink previous) || { echo "There is no release before; nothing was changed." >&2; exit 1; }
else
  fetch "$1"
  next="releases/$1"
fi
[ "$next" != "$before" ] || { echo "$next runs already; nothing was changed."; exit 0; }
if run "$next"; then
  test -z "$before" || link previous "$before"
  echo "$next runs."
  # What runs, what ran before and one more are kept.
  ls --directory --sort=time releases/*/ | sed 's#/$##' |
    { grep --invert-match --line-regexp --fixed-strings -e "$next" -e "${before:-none}" || true; } |
    tail --lines +2 | xargs --no-run-if-empty rm --recursive
else
  [ -n "$before" ] || { echo "$next does not get well, and there is none before; see \`journalctl -u web\`." >&2; exit 1; }
  run "$before" && echo "$next does not get well; $before runs again. See \`journalctl -u web\`." >&2
  exit 1
fi
