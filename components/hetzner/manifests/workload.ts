import type { ClusterWorkload } from "../args.ts";
import { carriedEnvironment, environmentChange } from "../environment.ts";
import { APPLICATION, service } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { CERTIFICATES } from "./platform.ts";
import { REDIS_CERTIFICATE } from "./redis.ts";
import { portOf } from "./taskDefinition.ts";
import type { TaskContainer, TaskDefinition } from "./taskDefinition.ts";

/** Secret that all workloads have as environment. */
export const ENVIRONMENT = "environment";
/** Where a workload finds what it checks its servers' certificates by. */
export const AUTHORITIES = "/etc/godwit";
const CPU_UNITS = 1024;

/** Secret with the values that nobody but the operator has: `<workload>-secrets`. */
export function ownSecretsOf({ name }: Pick<ClusterWorkload, "name">): string {
  return `${name}-secrets`;
}

/**
 * An ECS task definition as it runs in Kubernetes, behind a service, and an ingress where the world is to reach it.
 */
export function workloadManifests(workload: ClusterWorkload): Manifest[] {
  const { name, host, replicas } = workload;
  const port = portOf(workload.taskDefinition);
  return [
    deployment(workload),
    ...(port === undefined ? [] : [service(APPLICATION, name, port)]),
    ...(replicas > 1 ? [budget(name)] : []),
    ...(host === undefined || port === undefined ? [] : [ingress(name, host, port)]),
  ];
}

function deployment(workload: ClusterWorkload): Manifest {
  const { name, replicas, taskDefinition } = workload;
  const port = portOf(taskDefinition);
  const scraped = {
    "prometheus.io/scrape": "true",
    "prometheus.io/port": String(port),
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: APPLICATION },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: {
          labels: { app: name },
          ...(port !== undefined && { annotations: scraped }),
        },
        spec: pod(workload),
      },
    },
  };
}

function pod(workload: ClusterWorkload) {
  const { name, taskDefinition } = workload;
  const containers = taskDefinition.containerDefinitions;
  const stops = containers.flatMap(({ stopTimeout }) => stopTimeout ?? []);
  return {
    automountServiceAccountToken: false,
    ...(stops.length > 0 && { terminationGracePeriodSeconds: Math.max(...stops) }),
    securityContext: { seccompProfile: { type: "RuntimeDefault" } },
    // Not all of them on one machine.
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { app: name } },
      },
    ],
    containers: containers.map((container) => containerOf(workload, container)),
    volumes: [
      {
        name: "authorities",
        projected: {
          sources: [
            {
              configMap: { name: "database-ca", items: [{ key: "ca.crt", path: "database.crt" }] },
            },
            { secret: { name: REDIS_CERTIFICATE, items: [{ key: "ca.crt", path: "redis.crt" }] } },
          ],
        },
      },
    ],
  };
}

function containerOf(workload: ClusterWorkload, container: TaskContainer) {
  const { entryPoint, command, workingDirectory, portMappings } = container;
  const own = environmentChange(workload.taskDefinition).toProvide.length > 0;
  const given = [{ secretRef: { name: ENVIRONMENT } }];
  const provided = { secretRef: { name: ownSecretsOf(workload) } };
  return {
    name: container.name.toLowerCase(),
    image: container.image,
    ...(entryPoint && { command: entryPoint }),
    ...(command && { args: command }),
    ...(workingDirectory !== undefined && { workingDir: workingDirectory }),
    ports: portMappings.map(({ containerPort }) => ({ containerPort })),
    env: carriedEnvironment(container),
    envFrom: own ? [provided, ...given] : given,
    resources: resourcesOf(container, workload.taskDefinition),
    ...probesOf(container),
    securityContext: securityOf(container),
    volumeMounts: [{ name: "authorities", mountPath: AUTHORITIES, readOnly: true }],
  };
}

/** What it asks for, it gets; of memory not more. A task of one container has the task's own share. */
function resourcesOf(container: TaskContainer, task: TaskDefinition) {
  const alone = task.containerDefinitions.length === 1;
  const cpu = container.cpu || (alone ? Number(task.cpu ?? 0) : 0);
  const limit = container.memory ?? (alone ? Number(task.memory ?? 0) : 0);
  const wanted = container.memoryReservation ?? limit;
  const requests = {
    ...(cpu > 0 && { cpu: `${Math.round((1000 * cpu) / CPU_UNITS)}m` }),
    ...(wanted > 0 && { memory: `${wanted}Mi` }),
  };
  return { requests, ...(limit > 0 && { limits: { memory: `${limit}Mi` } }) };
}

/** ECS replaces what is not well; Kubernetes also leads nobody to it. */
function probesOf({ healthCheck, portMappings, essential }: TaskContainer) {
  if (healthCheck) {
    const [kind, ...rest] = healthCheck.command;
    const command = kind === "CMD-SHELL" ? ["sh", "-c", rest.join(" ")] : rest;
    const probe = {
      exec: { command },
      periodSeconds: healthCheck.interval,
      timeoutSeconds: healthCheck.timeout,
      failureThreshold: healthCheck.retries,
    };
    const start = { initialDelaySeconds: healthCheck.startPeriod };
    return { readinessProbe: probe, ...(essential && { livenessProbe: { ...probe, ...start } }) };
  }
  const port = portMappings[0]?.containerPort;
  return port === undefined ? {} : { readinessProbe: { tcpSocket: { port }, periodSeconds: 10 } };
}

function securityOf({ user, readonlyRootFilesystem }: TaskContainer) {
  const [uid, gid] = user?.split(":") ?? [];
  const isNumber = (id: string | undefined) => id !== undefined && /^\d+$/.test(id);
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["NET_RAW"] },
    ...(readonlyRootFilesystem !== undefined && { readOnlyRootFilesystem: readonlyRootFilesystem }),
    ...(isNumber(uid) && { runAsUser: Number(uid) }),
    ...(isNumber(gid) && { runAsGroup: Number(gid) }),
  };
}

/** While machines are mended, one stays. */
function budget(name: string): Manifest {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, namespace: APPLICATION },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } },
  };
}

function ingress(name: string, host: string, port: number): Manifest {
  const backend = { service: { name, port: { number: port } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name,
      namespace: APPLICATION,
      annotations: { "cert-manager.io/cluster-issuer": CERTIFICATES },
    },
    spec: {
      ingressClassName: "traefik",
      tls: [{ hosts: [host], secretName: `${name}-tls` }],
      rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
    },
  };
}
