import type { Side, Timing } from "../../../../transfer/switch/protocol.ts";

export interface RelayOrders {
  readonly name: string;
  readonly ports: {
    readonly port: number;
    readonly controlPort: number;
    readonly healthPort: number;
  };
  readonly source: number;
  readonly target: number;
  readonly controlKey: string;
  readonly timing: Timing;
}

export interface DriverOrders {
  readonly relays: readonly { readonly name: string; readonly port: number }[];
  readonly source: number;
  readonly target: number;
  readonly controlKey: string;
  readonly timing: Timing;
  /** The first driver begins, with a tail toward the target; a later one joins. */
  readonly first: boolean;
}

/** What a driver is asked. `dieAt`: it kills itself before the so many-th thing that happens. */
export interface SwitchOrder {
  readonly side: Side;
  readonly dieAt?: number | undefined;
}

/** What a driver tells: `ready` and `switched` with its outcome, `phase` whenever it enters one, `superseded` when it learns that another has taken over. */
export type Told =
  | { readonly type: "ready"; readonly side: Side }
  | { readonly type: "phase"; readonly phase: string }
  | { readonly type: "switched"; readonly outcome: unknown; readonly happened: number }
  | { readonly type: "failed" | "superseded"; readonly why: string };
