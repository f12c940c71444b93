export type TargetHealth = "initial" | "healthy" | "unhealthy" | "draining";

/** How targets are looked at. */
export interface HealthCheck {
  readonly protocol: "HTTP" | "TCP";
  readonly path: string;
  /** Statuses that pass, as AWS writes them: `200`, `200,202` or `200-399`. */
  readonly matcher: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Successes in a row that make an unhealthy target healthy again; a new one needs one. */
  readonly healthyThreshold: number;
  /** Failures in a row. */
  readonly unhealthyThreshold: number;
}

/** A machine's port, as the balancer reaches it. */
export interface TargetSettings {
  readonly id: string;
  /** Where it listens, behind the gates of its published address. */
  readonly host: string;
  readonly port: number;
  readonly healthPort: number;
  readonly zone: string;
  /** Whether the rules of the security groups let the balancer connect, and let it look. */
  readonly reachable: boolean;
  readonly visible: boolean;
  /** For how long everything to and from it is held, in either direction. */
  readonly delayMs: number;
  /** While cut, its connections are reset, new ones too, and it does not answer health checks. */
  readonly cut: boolean;
}

export interface TargetGroupSettings {
  readonly arn: string;
  readonly healthCheck: HealthCheck;
  /** For how long a target that leaves keeps its connections. */
  readonly deregistrationDelayMs: number;
  /** Whether they are then ended. */
  readonly terminatesDeregistered: boolean;
  readonly terminatesUnhealthy: boolean;
  /** Whether a target sees a client under the client's own address. */
  readonly preservesClients: boolean;
  readonly targets: readonly TargetSettings[];
}

/** The balancer's address in a subnet. */
export interface FrontSettings {
  readonly host: string;
  readonly zone: string;
}

export interface ListenerSettings {
  readonly port: number;
  /** After that long without a byte a connection is forgotten: the next byte is answered by a reset. */
  readonly idleMs: number;
  readonly groupArn: string;
}

export interface BalancerSettings {
  readonly fronts: readonly FrontSettings[];
  readonly crossZone: boolean;
  /** By port of a listener: the addresses that may connect. */
  readonly admitted: Readonly<Record<number, readonly string[]>>;
  readonly listeners: readonly ListenerSettings[];
  readonly groups: readonly TargetGroupSettings[];
}

export interface BalancerOrder {
  readonly do: "configure";
  readonly settings: BalancerSettings;
}

/** An order with the number under which it is answered. */
export type ToBalancer = BalancerOrder & { readonly order: number };

export type FromBalancer =
  | { readonly event: "running" }
  | { readonly event: "done"; readonly order: number; readonly failed?: string }
  | {
      readonly event: "health";
      readonly groupArn: string;
      readonly target: string;
      readonly health: TargetHealth;
    };
