#!/bin/bash
# Makes the machine what it is to be. It may run again after it failed half-way.
set -euo pipefail
. /etc/web/machine.env

dnf --assumeyes install nodejs22 nodejs22-npm nginx sqlite amazon-cloudwatch-agent python3-pip
npm install --global --prefix /usr/local --no-audit --no-fund "pm2@$PM2_VERSION"
test -x /opt/certbot/bin/pip || python3 -m venv /opt/certbot
/opt/certbot/bin/pip install --quiet "certbot==$CERTBOT_VERSION"

# The volume that outlives the machine. It is made a file system once: never over one that is there.
device="/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${DATA_VOLUME/-/}"
test -b "$device"
found=0
blkid --probe "$device" >/dev/null || found=$?
# 2 is nothing found; any other failure says nothing about what is on it.
if [ "$found" = 2 ]; then mkfs.xfs -q "$device"; elif [ "$found" != 0 ]; then exit 1; fi
grep --quiet " $DATA_PATH " /etc/fstab || echo "$device $DATA_PATH xfs defaults,nofail 0 2" >>/etc/fstab
mkdir --parents "$DATA_PATH"
mountpoint --quiet "$DATA_PATH" || mount "$DATA_PATH"

id web >/dev/null 2>&1 || useradd --system --home-dir "$DATA_PATH" --shell /sbin/nologin web
install --directory --owner web --group web --mode 0750 "$DATA_PATH/data" "$DATA_PATH/releases"
install --directory --owner web --group web --mode 0750 /var/log/web
install --directory --mode 0755 /var/www/proof
# The user has another number on each machine.
chown --recursive web:web "$DATA_PATH/data"

/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl \
  -a fetch-config -m ec2 -s -c file:/etc/web/agent.json
systemctl daemon-reload
systemctl enable --now nginx.service web-certificate.timer web-backup.timer
systemctl enable web.service
# A machine that takes another one's place goes on with its release.
test ! -e "$DATA_PATH/current" || systemctl start web.service
