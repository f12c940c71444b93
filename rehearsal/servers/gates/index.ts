import { startChild, type Child } from "../../traffic/childProcess.ts";
import type { World } from "../../clouds/world.ts";
import type { FromGates, GateOrder, GatePlace, ToGates } from "./messages.ts";

export type { GatePlace } from "./messages.ts";

const START_DEADLINE_MS = 15_000;

type GatesWorld = Pick<World, "dir" | "processes" | "guestEnv">;

/** The gates of the data servers. Every order is in force when it resolves. */
export class Gates {
  readonly #world: GatesWorld;
  #child: Promise<Child<ToGates, FromGates>> | undefined;
  readonly #waiting = new Map<number, (failed: string | undefined) => void>();
  #orders = 0;

  constructor(world: GatesWorld) {
    this.#world = world;
  }

  open(place: GatePlace, admitted: readonly string[]): Promise<void> {
    return this.#order({ do: "open", place, admitted });
  }

  /** Changes who may pass from now on; connections that are open stay. */
  admit(front: string, admitted: readonly string[]): Promise<void> {
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
    this.#child ??= this.#start();
    const child = await this.#child;
    if (!child.process.connected)
      throw new Error("The process of the data servers' gates has ended.");
    const order = ++this.#orders;
    const failed = await new Promise<string | undefined>((answer) => {
      this.#waiting.set(order, answer);
      child.send({ ...what, order });
    });
    if (failed !== undefined) throw new Error(`A data server's gate cannot ${what.do}: ${failed}`);
  }

  async #start(): Promise<Child<ToGates, FromGates>> {
    const script = new URL("main.ts", import.meta.url);
    const child = await startChild<ToGates, FromGates>(this.#world, "gates", script, []);
    child.process.on("exit", () => this.#answerAll("its process has ended"));
    child.onMessage((message) => {
      if (message.event === "done") this.#answer(message.order, message.failed);
    });
    await child.next((message) => message.event === "running", START_DEADLINE_MS);
    return child;
  }

  #answer(order: number, failed: string | undefined): void {
    this.#waiting.get(order)?.(failed);
    this.#waiting.delete(order);
  }

  #answerAll(failed: string): void {
    for (const order of [...this.#waiting.keys()]) this.#answer(order, failed);
  }
}
