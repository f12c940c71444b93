import { expect } from "chai";
import { parse, parseAllDocuments } from "yaml";
import { planOf } from "../../../components/hetzner/machines/plan.ts";
import { clusterManifests } from "../../../components/hetzner/manifests/index.ts";
import type { Manifest } from "../../../components/hetzner/manifests/manifest.ts";
import { readTaskDefinition } from "../../../components/hetzner/manifests/taskDefinition.ts";
import { workloadManifests } from "../../../components/hetzner/manifests/workload.ts";
import { baseArgs, task } from "./clusterUnderTest.ts";

const args = baseArgs();
const files = clusterManifests({ cloudName: "acme-test" }, args, planOf(args));
const objects = Object.values(files).flatMap((file) =>
  parseAllDocuments(file).map((document) => document.toJS() as Manifest),
);
const found = (kind: string, name: string, namespace?: string) => {
  const all = objects.filter(
    (object) =>
      object.kind === kind &&
      object.metadata.name === name &&
      (namespace === undefined || object.metadata.namespace === namespace),
  );
  expect(all, `${kind} ${name}`).to.have.length(1);
  return all[0]! as unknown as Record<string, Record<string, never>>;
};

/** Every object or list item in a value, itself first. */
function* parts(value: unknown): Iterable<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const part of Object.values(value)) yield* parts(part);
}

describe("manifests of the cluster", () => {
  it("are Kubernetes objects, each there once", () => {
    const ids = objects.map(({ kind, metadata: { namespace, name } }) =>
      [kind, namespace, name].join("/"),
    );
    expect(new Set(ids).size).to.equal(ids.length);
    for (const { apiVersion, metadata } of objects) {
      expect(apiVersion).to.match(/^([a-z0-9.-]+\/)?v\d+(beta\d+)?$/);
      expect(metadata.name).to.match(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
    }
  });

  it("have no secret in them", () => {
    expect(objects.filter(({ kind }) => kind === "Secret")).to.deep.equal([]);
  });

  it("name images by version", () => {
    const images = [...parts(objects)].flatMap(({ image }) => image ?? []);
    expect(images).to.have.length.greaterThan(5);
    for (const image of images) expect(image).to.match(/:v?\d+\.\d+\.\d+/);
  });

  it("select the pods that they make", () => {
    const sets = objects.filter(({ spec }) => (spec as { template?: unknown })?.template);
    expect(sets).to.have.length(6);
    for (const { metadata, spec } of sets) {
      const { selector, template } = spec as {
        selector: { matchLabels: object };
        template: { metadata: { labels: object } };
      };
      expect(template.metadata.labels, metadata.name).to.deep.equal(selector.matchLabels);
    }
  });

  it("make every volume of Hetzner's an encrypted one", () => {
    const values = parse(found("HelmChart", "hcloud-csi")["spec"]!["valuesContent"]!) as {
      storageClasses: object[];
    };
    expect(values.storageClasses).to.deep.equal([
      {
        name: "hcloud-volumes",
        defaultStorageClass: true,
        reclaimPolicy: "Retain",
        extraParameters: {
          "csi.storage.k8s.io/node-publish-secret-name": "hcloud-volumes-encryption",
          "csi.storage.k8s.io/node-publish-secret-namespace": "kube-system",
        },
      },
    ]);
    const classes = [...parts(objects)].flatMap(({ storageClassName }) => storageClassName ?? []);
    expect(new Set(classes)).to.deep.equal(new Set(["hcloud-volumes"]));
  });

  it("have Redis with TLS only, and its password in a file", () => {
    const config = found("ConfigMap", "redis")["data"]!["redis.conf"]! as string;
    expect(config).to.match(/^port 0\ntls-port 6379$/m);
    expect(config).to.include("include /auth/auth.conf");
    expect(config).not.to.include("requirepass");
  });

  it("lead to the database by the name in its certificate", () => {
    found("Service", "database", "godwit");
    const slice = found("EndpointSlice", "database", "godwit");
    expect(slice["endpoints"]).to.deep.equal([
      { addresses: ["10.10.1.20"], conditions: { ready: true } },
    ]);
  });

  it("watch every machine, and Postgres", () => {
    const config = parse(found("ConfigMap", "prometheus")["data"]!["prometheus.yaml"]!) as {
      scrape_configs: { job_name: string; static_configs?: { targets: string[] }[] }[];
    };
    expect(config.scrape_configs[0]?.static_configs?.[0]?.targets).to.deep.equal(
      ["10", "31", "32", "33", "20"].map((host) => `10.10.1.${host}:9100`),
    );
    expect(config.scrape_configs[1]?.static_configs?.[0]?.targets).to.deep.equal([
      "10.10.1.20:9187",
    ]);
  });
});

describe("a workload in the cluster", () => {
  const copy = () => structuredClone(task);
  const containerOf = (answer: unknown) => {
    const taskDefinition = readTaskDefinition(answer);
    const workload = { name: "api", taskDefinition, replicas: 1 };
    const [made] = workloadManifests(workload);
    const { containers } = [...parts(made)].find((part) => "containers" in part)! as {
      containers: Record<string, unknown>[];
    };
    return containers[0]!;
  };

  it("runs as its task definition says", () => {
    expect(containerOf(copy())).to.deep.include({
      name: "api",
      image: "registry.acme.example/api:1.4.2",
      ports: [{ containerPort: 8080 }],
      env: [{ name: "LOG_LEVEL", value: "info" }],
      envFrom: [{ secretRef: { name: "api-secrets" } }, { secretRef: { name: "environment" } }],
      resources: { requests: { cpu: "500m", memory: "1024Mi" }, limits: { memory: "1024Mi" } },
      readinessProbe: {
        exec: { command: ["sh", "-c", "wget -qO- http://localhost:8080/health"] },
        periodSeconds: 30,
        timeoutSeconds: 5,
        failureThreshold: 3,
      },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["NET_RAW"] },
        runAsUser: 1000,
        runAsGroup: 1000,
      },
    });
  });

  it("is deployed without a gap, and reached by its name with a certificate", () => {
    expect(found("Deployment", "api")["spec"]!["strategy"]).to.deep.equal({
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
    found("PodDisruptionBudget", "api");
    expect(found("Ingress", "api")["spec"]!["tls"]).to.deep.equal([
      { hosts: ["api.acme.example"], secretName: "api-tls" },
    ]);
  });

  const refused: [string, (container: Record<string, unknown>) => void, RegExp][] = [
    ["mounts", (it) => (it["mountPoints"] = [{}]), /container api mounts volumes/],
    [
      "ports that are not TCP",
      (it) => (it["portMappings"] = [{ containerPort: 53, protocol: "udp" }]),
      /not TCP/,
    ],
  ];
  for (const [what, change, says] of refused) {
    it(`is refused with ${what}`, () => {
      const answer = copy();
      change(answer.containerDefinitions[0]!);
      expect(() => readTaskDefinition(answer)).to.throw(says);
    });
  }

  it("is refused where it is for ARM", () => {
    const runtimePlatform = { cpuArchitecture: "ARM64" };
    expect(() => readTaskDefinition({ ...task, runtimePlatform })).to.throw(/x86/);
  });
});
