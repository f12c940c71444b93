#!/bin/bash
# Gets the certificate of the machine's name and renews it in time. It is asked for only when it is missing or runs out.
set -euo pipefail
. /etc/web/machine.env

/opt/certbot/bin/certbot certonly --quiet --non-interactive --agree-tos --register-unsafely-without-email \
  --webroot --webroot-path /var/www/proof --domain "$API_DOMAIN" --cert-name api --keep-until-expiring \
  --config-dir "$DATA_PATH/letsencrypt" --work-dir /var/lib/certbot --logs-dir /var/log/certbot
ln --symbolic --force /etc/web/nginx-https.conf /etc/nginx/conf.d/web-https.conf
nginx -t -q
systemctl reload nginx.service
