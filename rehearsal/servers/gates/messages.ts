/** A server's gate: where clients connect, and what is behind it. */
export interface GatePlace {
  /** The server's published address. */
  readonly front: string;
  /** Where the server itself listens. */
  readonly back: string;
  readonly port: number;
}

/** What clients know of a gate. */
export type GateFront = Pick<GatePlace, "front" | "port">;

/** What a gate is told to do; `admitted` are the addresses that may pass. */
export type GateOrder =
  | { readonly do: "open"; readonly place: GatePlace; readonly admitted: readonly string[] }
  | { readonly do: "admit"; readonly at: GateFront; readonly admitted: readonly string[] }
  | { readonly do: "slow"; readonly at: GateFront; readonly delayMs: number }
  | { readonly do: "cut"; readonly at: GateFront; readonly cut: boolean }
  | { readonly do: "close"; readonly at: GateFront };

/** An order with the number under which it is answered. */
export type ToGates = GateOrder & { readonly order: number };

export type FromGates =
  | { readonly event: "running" }
  /** The order is in force, or `failed` says why not. */
  | { readonly event: "done"; readonly order: number; readonly failed?: string };
