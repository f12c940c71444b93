import { DATA_PATH } from "./metrics.ts";

/** In front of the application without a certificate: the proof for one, and the way to HTTPS. */
export const nginxHttp = `server {
  listen 80 default_server;
  location /.well-known/acme-challenge/ { root /var/www/proof; }
  location / { return 301 https://$host$request_uri; }
}
`;

/** In front of the application, once there is a certificate. */
export function nginxHttps({ apiDomain, port }: { apiDomain: string; port: number }): string {
  return `server {
  listen 443 ssl http2;
  server_name ${apiDomain};
  ssl_certificate ${DATA_PATH}/letsencrypt/live/api/fullchain.pem;
  ssl_certificate_key ${DATA_PATH}/letsencrypt/live/api/privkey.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  add_header Strict-Transport-Security "max-age=63072000" always;
  server_tokens off;
  client_max_body_size 12m;
  location / {
    proxy_pass http://127.0.0.1:${port};
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $http_connection;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto https;
  }
}
`;
}
