import { stringify } from "yaml";
import { ports, versions } from "../defaults.ts";
import { APPLICATION, MONITORING, SYSTEM } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";

const HETZNER_CHARTS = "https://charts.hetzner.cloud";
const JETSTACK_CHARTS = "https://charts.jetstack.io";
/** Secrets that the platform reads: `secretManifests`. */
export const platformSecrets = { hcloud: "hcloud", volumes: "hcloud-volumes-encryption" } as const;
export const CERTIFICATES = "letsencrypt";

export interface Platform {
  /** Hetzner's name of the private network. */
  readonly network: string;
  readonly location: string;
  readonly subnet: string;
  readonly acmeEmail: string;
  /** Where the database is in the private network. */
  readonly databaseAddress: string;
}

/** What the cluster itself needs: names, Hetzner's controllers, certificates, ingress, and who may talk to whom. */
export function platformManifests(platform: Platform): Manifest[] {
  return [
    namespace(APPLICATION, "baseline"),
    // Node metrics are read from the host.
    namespace(MONITORING, "privileged"),
    ...controllers(platform),
    ingress(platform.subnet),
    certManager,
    ...issuers(platform.acmeEmail),
    ...traffic(),
    ...database(platform.databaseAddress),
  ];
}

function namespace(name: string, security: "baseline" | "privileged"): Manifest {
  const labels = { "pod-security.kubernetes.io/enforce": security };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

function chart(name: string, repo: string, version: string, values: object): Manifest {
  return {
    apiVersion: "helm.cattle.io/v1",
    kind: "HelmChart",
    metadata: { name, namespace: SYSTEM },
    spec: {
      chart: name,
      repo,
      version,
      targetNamespace: SYSTEM,
      bootstrap: name === "hcloud-cloud-controller-manager",
      valuesContent: stringify(values),
    },
  };
}

/** Hetzner's controllers: nodes with their addresses, and volumes, encrypted whatever asks for them. */
function controllers({ network, location }: Platform): Manifest[] {
  const token = { valueFrom: { secretKeyRef: { name: platformSecrets.hcloud, key: "token" } } };
  const encryption = {
    "csi.storage.k8s.io/node-publish-secret-name": platformSecrets.volumes,
    "csi.storage.k8s.io/node-publish-secret-namespace": SYSTEM,
  };
  return [
    chart("hcloud-cloud-controller-manager", HETZNER_CHARTS, versions.cloudController, {
      env: { HCLOUD_TOKEN: token, HCLOUD_NETWORK: { value: network } },
      // Pods find each other by Flannel; the load balancer is Pulumi's.
      networking: { enabled: true },
      args: { "allocate-node-cidrs": "false", "configure-cloud-routes": "false" },
    }),
    chart("hcloud-csi", HETZNER_CHARTS, versions.csi, {
      controller: { hcloudVolumeDefaultLocation: location },
      // Metadata is for the host's root only, and a volume's driver has to know where it runs.
      node: { hostNetwork: true },
      storageClasses: [
        {
          name: "hcloud-volumes",
          defaultStorageClass: true,
          reclaimPolicy: "Retain",
          extraParameters: encryption,
        },
      ],
    }),
  ];
}

/** K3s's own ingress, where the load balancer finds it; it believes only that balancer who the client is. */
function ingress(subnet: string): Manifest {
  const trusted = { trustedIPs: [subnet] };
  const values = {
    deployment: { kind: "DaemonSet" },
    service: { type: "NodePort", spec: { externalTrafficPolicy: "Local" } },
    ports: {
      web: {
        nodePort: ports.http,
        proxyProtocol: trusted,
        redirections: { entryPoint: { to: "websecure", scheme: "https" } },
      },
      websecure: { nodePort: ports.https, proxyProtocol: trusted },
    },
  };
  return {
    apiVersion: "helm.cattle.io/v1",
    kind: "HelmChartConfig",
    metadata: { name: "traefik", namespace: SYSTEM },
    spec: { valuesContent: stringify(values) },
  };
}

const certManager = chart("cert-manager", JETSTACK_CHARTS, versions.certManager, {
  crds: { enabled: true, keep: true },
});

/** Let's Encrypt for the world; an authority of the cluster's own for what is inside. */
function issuers(email: string): Manifest[] {
  const acme = {
    email,
    server: "https://acme-v02.api.letsencrypt.org/directory",
    privateKeySecretRef: { name: CERTIFICATES },
    solvers: [{ http01: { ingress: { ingressClassName: "traefik" } } }],
  };
  const api = "cert-manager.io/v1";
  const cluster = (name: string, spec: object): Manifest => ({
    apiVersion: api,
    kind: "ClusterIssuer",
    metadata: { name },
    spec,
  });
  const inApplication = (name: string) => ({ name, namespace: APPLICATION });
  return [
    cluster(CERTIFICATES, { acme }),
    cluster("self-signed", { selfSigned: {} }),
    {
      apiVersion: api,
      kind: "Certificate",
      metadata: inApplication("inside-ca"),
      spec: {
        isCA: true,
        commonName: "inside",
        secretName: "inside-ca",
        duration: "87600h",
        privateKey: { algorithm: "ECDSA", size: 256 },
        issuerRef: { name: "self-signed", kind: "ClusterIssuer" },
      },
    },
    {
      apiVersion: api,
      kind: "Issuer",
      metadata: inApplication("inside"),
      spec: { ca: { secretName: "inside-ca" } },
    },
  ];
}

/** To the application come its own pods, the ingress and Prometheus. */
function traffic(): Manifest[] {
  const spaces = [APPLICATION, SYSTEM, MONITORING].map((name) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
  }));
  return [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "who-may-come", namespace: APPLICATION },
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: spaces }] },
    },
  ];
}

/** The database's name in the cluster, which is also the one in its certificate. */
function database(address: string): Manifest[] {
  const metadata = { name: "database", namespace: APPLICATION };
  const port = { name: "postgres", port: ports.postgres };
  return [
    { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [port] } },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { ...metadata, labels: { "kubernetes.io/service-name": metadata.name } },
      addressType: "IPv4",
      ports: [port],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    },
  ];
}
