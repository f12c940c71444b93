import { stringify } from "yaml";

/** One Kubernetes object. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Where the application is, with its Redis. */
export const APPLICATION = "godwit";
export const MONITORING = "monitoring";
export const SYSTEM = "kube-system";

/** Objects as `kubectl apply` and K3s read them. */
export function render(manifests: readonly Manifest[]): string {
  return manifests
    .map(
      (manifest) => `---\n${stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false })}`,
    )
    .join("");
}

export function secret(
  namespace: string,
  name: string,
  stringData: Readonly<Record<string, string>>,
): Manifest {
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, stringData };
}

export function configMap(
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>>,
): Manifest {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}

/** A claim to one of Hetzner's volumes, encrypted. */
export function claim(name: string, size: string) {
  return {
    metadata: { name },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "hcloud-volumes",
      resources: { requests: { storage: size } },
    },
  };
}

/** What a process of ours may do: compute. */
export function confined(user: number) {
  return {
    pod: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      seccompProfile: { type: "RuntimeDefault" },
    },
    container: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}

/** A service that leads to the pods labelled `app: name`. */
export function service(namespace: string, name: string, port: number): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ name: "main", port, targetPort: port }] },
  };
}
