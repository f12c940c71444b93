import { startChild, type Child } from "../../traffic/childProcess.ts";
import type { World } from "../../clouds/world.ts";
import type { Admitted, FromGates, GateOrder, GatePlace, ToGates } from "./messages.ts";

export type { Admitted, GatePlace } from "./messages.ts";

const START_DEADLINE_MS = 15_000;
const ORDER_DEADLINE_MS = 10_000;

type GatesWorld = Pick<World, "dir" | "processes" | "guestEnv">;

/** The gates of the data servers. Every order is in force when it resolves. */
export class Gates {
  readonly #world: GatesWorld;
  #child: Promise<Child<ToGates, FromGates>> | undefined;
  #orders = 0;

  constructor(world: GatesWorld) {
    this.#world = world;
  }

  open(place: GatePlace, admitted: Admitted): Promise<void> {
    return this.#order({ do: "open", place, admitted });
  }

  /** Changes who may pass from now on; connections that are open stay. */
  admit(front: string, admitted: Admitted): Promise<void> {
    return this.#order({ do: "admit", front, admitted });
  }

  /** Holds everything that passes, in both directions, for this long. */
  slowDown(front: string, delayMs: number): Promise<void> {
    return this.#order({ do: "slow", front, delayMs });
  }

  /** While cut, open connections are reset and new ones are, too. */
  setCut(front: string, cut: boolean): Promise<void> {
    return this.#order({ do: "cut", front, cut });
  }

  close(front: string): Promise<void> {
    return this.#order({ do: "close", front });
  }

  async #order(what: GateOrder): Promise<void> {
    const order = ++this.#orders;
    this.#child ??= this.#start();
    const child = await this.#child;
    const answered = child.next(
      (message): message is Extract<FromGates, { event: "done" }> =>
        message.event === "done" && message.order === order,
      ORDER_DEADLINE_MS,
    );
    child.send({ ...what, order });
    const { failed } = await answered;
    if (failed !== undefined) throw new Error(`A data server's gate cannot ${what.do}: ${failed}`);
  }

  async #start(): Promise<Child<ToGates, FromGates>> {
    const script = new URL("main.ts", import.meta.url);
    const child = await startChild<ToGates, FromGates>(this.#world, "gates", script, []);
    await child.next((message) => message.event === "running", START_DEADLINE_MS);
    return child;
  }
}
