import { driverMoves, relayMoves } from "./actors.ts";
import { broken } from "./invariants.ts";
import { Machines } from "./machines.ts";
import { REAL, type Rules } from "./rules.ts";
import { budgetAt, replicate, serverMoves, TARGET, type Emit } from "./servers.ts";
import { StateGraph } from "./stateGraph.ts";
import {
  DRIVER,
  DRIVER_TIMERS,
  firstWorld,
  keyOf,
  PROPOSED,
  RECORD,
  RELAY,
  RELAYS,
  RELAY_TIMERS,
  relayAt,
  type Budget,
  type World,
} from "./world.ts";

/** What may happen in an exploration, and how far it goes. */
export interface Scenario {
  /** How often each fault may strike, and how many switches are asked for. */
  readonly budget: Budget;
  /** Writes of each client. */
  readonly writes: number;
  /** Nobody's deadline passes: a smaller world for a fault that shows late. */
  readonly patient?: boolean;
  /** Steps from the first state; without it, until no state is new. */
  readonly depth?: number;
  readonly rules?: Rules;
}

export interface Exploration {
  readonly states: number;
  readonly steps: number;
  /** Steps to the farthest state. */
  readonly depth: number;
  /** Every state within the scenario was reached; else the depth ended it. */
  readonly complete: boolean;
  /** The shortest way to a broken or stuck state, one line a step, what is wrong in the last; undefined when there is none. */
  readonly counterexample: string | undefined;
}

/** Visits every state breadth first and judges each; then looks for states from which the switch cannot end. */
export function explore(scenario: Scenario): Exploration {
  return new Explorer(scenario).run();
}

class Explorer {
  readonly #scenario: Scenario;
  readonly #rules: Rules;
  readonly #machines: Machines;
  readonly #graph = new StateGraph();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#rules = scenario.rules ?? REAL;
    this.#machines = new Machines(this.#rules);
  }

  run(): Exploration {
    const graph = this.#graph;
    const first = firstWorld(this.#machines.pools, this.#scenario.budget);
    this.#tidy(first);
    graph.add(keyOf(first, this.#machines.pools), -1);
    let level: World[] = [first];
    let from = 0;
    let depth = 0;
    for (; level.length > 0 && depth !== this.#scenario.depth; depth++) {
      const next: World[] = [];
      for (const world of level) {
        const wrong = broken(world);
        if (wrong) return this.#result(depth, false, this.#trace(from, wrong));
        this.#visit(world, from++, next);
      }
      level = next;
    }
    const complete = level.length === 0;
    for (const world of level) {
      const wrong = broken(world);
      if (wrong) return this.#result(depth, false, this.#trace(from, wrong));
      graph.end(true);
      from++;
    }
    const stuck = graph.firstStuck();
    const trace = stuck === undefined ? undefined : this.#trace(stuck, "I4: from here the switch can never end"); // prettier-ignore
    return this.#result(complete ? depth - 1 : depth, complete, trace);
  }

  #visit(world: World, index: number, next: World[]): void {
    const graph = this.#graph;
    this.#moves(world, (_, world, fault = false) => {
      const known = graph.size;
      const to = graph.add(keyOf(world, this.#machines.pools), index);
      if (to === known) next.push(world);
      if (!fault) graph.step(to);
    });
    graph.end(this.#settled(world));
  }

  /** Everything that can happen next. */
  #moves(world: World, found: Emit): void {
    const emit: Emit = (label, next, fault) => {
      if (next === world) return;
      this.#tidy(next);
      found(label, next, fault);
    };
    driverMoves(world, this.#machines, this.#rules, emit);
    for (const relay of RELAYS.keys())
      relayMoves(world, relay, this.#machines, this.#rules, this.#scenario.writes, emit);
    serverMoves(world, this.#rules, emit);
  }

  /** Every relay serves and the driver has nothing left to do. */
  #settled(world: World): boolean {
    const { drivers } = this.#machines.pools;
    if (world[DRIVER.state] === 0 || drivers.value(world[DRIVER.state]!).phase !== "idle")
      return false;
    return RELAYS.every((_, relay) => world[relayAt(relay) + RELAY.gate] !== 0);
  }

  /** Forgets differences that nothing can ever see, so that fewer states need a visit. */
  #tidy(world: World): void {
    if (!world[budgetAt("sourceFailover")]) replicate(world, 1 - TARGET);
    if (!world[budgetAt("targetFailover")]) replicate(world, TARGET);
    if (this.#scenario.patient) this.#stopDeadlines(world);
    if (this.#scenario.budget.erase) return;
    const durable = Math.max(0, Math.min(world[RECORD]!, world[RECORD + 2]!) - 1);
    const passed = (2 << durable) - 1;
    if (this.#rules.setIfAbsent)
      for (const side of [PROPOSED, PROPOSED + 1]) world[side]! &= ~passed;
    const driver = world[DRIVER.state] && this.#machines.pools.drivers.value(world[DRIVER.state]!);
    const attempted = driver && "attempt" in driver ? 1 << driver.attempt.epoch : 0;
    for (const relay of RELAYS.keys()) this.#tidyRelay(world, relayAt(relay), passed, attempted);
  }

  #stopDeadlines(world: World): void {
    world[DRIVER.timers]! &= ~(1 << DRIVER_TIMERS.indexOf("deadline"));
    for (const relay of RELAYS.keys())
      world[relayAt(relay) + RELAY.timers]! &= ~(1 << RELAY_TIMERS.indexOf("deadline"));
  }

  /** Messages that can change nothing any more; and a record that nothing erases need not be looked after. */
  #tidyRelay(world: World, at: number, passed: number, attempted: number): void {
    world[at + RELAY.timers]! &= ~(1 << RELAY_TIMERS.indexOf("recheck"));
    world[at + RELAY.held]! &= ~passed | attempted;
    const state = world[at + RELAY.state] && this.#machines.pools.relays.value(world[at + RELAY.state]!); // prettier-ignore
    const seen = !state || state.phase === "booting" ? passed : "epoch" in state ? (2 << state.epoch) - 1 : (2 << state.last.epoch) - 1; // prettier-ignore
    world[at + RELAY.hold]! &= ~seen;
    world[at + RELAY.decided]! &= state && (state.phase === "stopping" || state.phase === "holding") ? ~(seen >> 1) : ~seen; // prettier-ignore
  }

  #result(depth: number, complete: boolean, counterexample: string | undefined): Exploration {
    const { size: states, steps } = this.#graph;
    return { states, steps, depth, complete, counterexample };
  }

  /** The way to a state, found again by doing the same moves. */
  #trace(index: number, wrong: string): string {
    const way = this.#graph.wayTo(index);
    let world = firstWorld(this.#machines.pools, this.#scenario.budget);
    this.#tidy(world);
    const lines: string[] = [];
    for (const step of way.slice(1)) {
      let taken: World | undefined;
      this.#moves(world, (label, next) => {
        const { pools } = this.#machines;
        if (taken || this.#graph.find(keyOf(next, pools)) !== step) return;
        taken = next;
        lines.push(`${String(lines.length + 1).padStart(3)}. ${label}`);
      });
      world = taken!;
    }
    return [...lines, `  => ${wrong}`].join("\n");
  }
}
