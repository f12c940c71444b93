import { versions } from "../defaults.ts";
import { APPLICATION, claim, configMap, confined, service } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";

export const REDIS_PORT = 6379;
export const REDIS_METRICS_PORT = 9121;
/** Secret with `auth.conf`, which Redis includes, and `password`. */
export const REDIS_AUTH = "redis-auth";
export const REDIS_CERTIFICATE = "redis-tls";
const USER = 999;
const HOSTS = ["redis.godwit.svc", "redis.godwit.svc.cluster.local", "redis", "localhost"];

const CONFIG = `port 0
tls-port ${REDIS_PORT}
tls-cert-file /tls/tls.crt
tls-key-file /tls/tls.key
tls-ca-cert-file /tls/ca.crt
tls-auth-clients no
tls-protocols "TLSv1.2 TLSv1.3"
dir /data
appendonly yes
include /auth/auth.conf
`;

/** One Redis with TLS and a password, on an encrypted volume. */
export function redisManifests(): Manifest[] {
  return [
    configMap(APPLICATION, "redis", { "redis.conf": CONFIG }),
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: REDIS_CERTIFICATE, namespace: APPLICATION },
      spec: {
        secretName: REDIS_CERTIFICATE,
        dnsNames: HOSTS,
        privateKey: { algorithm: "ECDSA", size: 256 },
        issuerRef: { name: "inside", kind: "Issuer" },
      },
    },
    service(APPLICATION, "redis", REDIS_PORT),
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "redis", namespace: APPLICATION },
      spec: {
        serviceName: "redis",
        replicas: 1,
        selector: { matchLabels: { app: "redis" } },
        template: {
          metadata: {
            labels: { app: "redis" },
            annotations: {
              "prometheus.io/scrape": "true",
              "prometheus.io/port": String(REDIS_METRICS_PORT),
            },
          },
          spec: pod(),
        },
        volumeClaimTemplates: [claim("data", "10Gi")],
      },
    },
  ];
}

function pod() {
  const { pod: securityContext, container } = confined(USER);
  const tls = { name: "tls", mountPath: "/tls", readOnly: true };
  const password = { secretKeyRef: { name: REDIS_AUTH, key: "password" } };
  const asked = ["redis-cli", "--tls", "--cacert", "/tls/ca.crt", "-h", "localhost", "ping"];
  return {
    automountServiceAccountToken: false,
    securityContext,
    containers: [
      {
        name: "redis",
        image: versions.redis,
        command: ["redis-server", "/config/redis.conf"],
        ports: [{ name: "redis", containerPort: REDIS_PORT }],
        env: [{ name: "REDISCLI_AUTH", valueFrom: password }],
        readinessProbe: { exec: { command: asked }, periodSeconds: 10 },
        resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
        securityContext: container,
        volumeMounts: [
          { name: "data", mountPath: "/data" },
          { name: "config", mountPath: "/config", readOnly: true },
          { name: "auth", mountPath: "/auth", readOnly: true },
          tls,
        ],
      },
      {
        name: "metrics",
        image: versions.redisExporter,
        ports: [{ name: "metrics", containerPort: REDIS_METRICS_PORT }],
        env: [
          { name: "REDIS_ADDR", value: `rediss://localhost:${REDIS_PORT}` },
          { name: "REDIS_EXPORTER_TLS_CA_CERT_FILE", value: "/tls/ca.crt" },
          { name: "REDIS_PASSWORD", valueFrom: password },
        ],
        resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
        securityContext: container,
        volumeMounts: [tls],
      },
    ],
    volumes: [
      { name: "config", configMap: { name: "redis" } },
      { name: "auth", secret: { secretName: REDIS_AUTH } },
      { name: "tls", secret: { secretName: REDIS_CERTIFICATE } },
    ],
  };
}
