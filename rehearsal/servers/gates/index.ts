import { startChild } from "../../traffic/childProcess.ts";
import type { World } from "../../clouds/world.ts";
import { Orders } from "../orders.ts";
import type { FromGates, GateFront, GateOrder, GatePlace, ToGates } from "./messages.ts";

export type { GateFront, GatePlace } from "./messages.ts";

const START_DEADLINE_MS = 15_000;

type GatesWorld = Pick<World, "dir" | "processes" | "guestEnv">;

/** The gates of the data servers and of machines that serve. Every order is in force when it resolves. */
export class Gates {
  readonly #world: GatesWorld;
  #orders: Promise<Orders<GateOrder>> | undefined;

  constructor(world: GatesWorld) {
    this.#world = world;
  }

  open(place: GatePlace, admitted: readonly string[]): Promise<void> {
    return this.#order({ do: "open", place, admitted });
  }

  /** Changes who may pass from now on; connections that are open stay. */
  admit({ front, port }: GateFront, admitted: readonly string[]): Promise<void> {
    return this.#order({ do: "admit", at: { front, port }, admitted });
  }

  /** Holds everything that passes, in both directions, for this long. */
  slowDown({ front, port }: GateFront, delayMs: number): Promise<void> {
    return this.#order({ do: "slow", at: { front, port }, delayMs });
  }

  /** While cut, open connections are reset and new ones are, too. */
  setCut({ front, port }: GateFront, cut: boolean): Promise<void> {
    return this.#order({ do: "cut", at: { front, port }, cut });
  }

  close({ front, port }: GateFront): Promise<void> {
    return this.#order({ do: "close", at: { front, port } });
  }

  async #order(what: GateOrder): Promise<void> {
    this.#orders ??= this.#start();
    await (await this.#orders).give(what);
  }

  async #start(): Promise<Orders<GateOrder>> {
    const script = new URL("main.ts", import.meta.url);
    const child = await startChild<ToGates, FromGates>(this.#world, "gates", script, []);
    await child.next((message) => message.event === "running", START_DEADLINE_MS);
    return new Orders<GateOrder>(child, "the gates");
  }
}
