export interface TargetAddress {
  readonly host: string;
  readonly port: number;
}

export type TargetHealth = "initial" | "healthy" | "unhealthy" | "draining";

/** What the balancer's process is told. */
export type ToFront =
  | { readonly do: "register"; readonly target: TargetAddress }
  | { readonly do: "deregister"; readonly target: TargetAddress };

/** What it tells. */
export type FromFront =
  | { readonly event: "listening" }
  | { readonly event: "health"; readonly target: TargetAddress; readonly health: TargetHealth }
  | { readonly event: "drained"; readonly target: TargetAddress };

/** How the balancer probes and drains its targets; all times in ms. */
export interface TargetGroupSettings {
  readonly healthPath: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in a row that make a healthy target unhealthy; a new one needs one success. */
  readonly unhealthyThreshold: number;
  /** Longest wait for the requests in flight of a target that leaves. */
  readonly deregistrationDelayMs: number;
}
