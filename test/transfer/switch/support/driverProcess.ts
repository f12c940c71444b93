import { TailPair } from "../../../../transfer/redis/pair.ts";
import { ControlClient } from "../../../../transfer/relayNode/control/client.ts";
import type { RelayLink } from "../../../../transfer/switch/links.ts";
import type { Side } from "../../../../transfer/switch/protocol.ts";
import { DecisionRecord } from "../../../../transfer/switch/record.ts";
import { SwitchSession } from "../../../../transfer/switch/session.ts";
import { Term } from "../../../../transfer/switch/term.ts";
import type { Tails } from "../../../../transfer/switch/tails.ts";
import type { DriverOrders, SwitchOrder, Told } from "./orders.ts";

/** A driver in a process of its own: `process.argv[2]` has its orders; each message asks for a switch. */
const orders = JSON.parse(process.argv[2]!) as DriverOrders;
const { timing, first } = orders;
const key = Buffer.from(orders.controlKey, "hex");
const host = "127.0.0.1";
const at = (side: Side) => ({ host, port: orders[side] });
const term = await Term.take({ move: "faults", address: at, signal: new AbortController().signal });
term.over.catch((error: Error) => tell({ type: "superseded", why: error.message }));
let happened = 0;
let dieAt: number | undefined;

function tell(told: Told): void {
  process.send!(told);
}

/** Something is about to happen, or has happened: between any two of these the driver may die. */
function tick(): void {
  happened += 1;
  if (happened === dieAt) process.kill(process.pid, "SIGKILL");
}

/** The same object, whose methods of these names are heard of before and after. */
function ticking<T extends object>(object: T, names: readonly (keyof T)[]): T {
  return new Proxy(object, {
    get(_, name) {
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value !== "function") return value;
      const method = value.bind(object) as (...given: unknown[]) => unknown;
      if (!names.includes(name as keyof T)) return method;
      return (...given: unknown[]) => {
        tick();
        const answer = method(...given);
        if (answer instanceof Promise) void answer.then(tick, tick);
        return answer;
      };
    },
  });
}

function link(name: string, port: number): RelayLink {
  const client = new ControlClient({ name, host, port, key });
  client.onMessage(tick);
  return ticking<RelayLink>(client, ["send"]);
}

async function startTails(toward: Side): Promise<Tails> {
  const [source, target] = [await term.address("source"), await term.address("target")];
  const pair = await TailPair.start({ source, target, toward, replicas: { source: 0, target: 1 } }); // prettier-ignore
  return ticking<Tails>(pair, ["drain", "turn", "arm"]);
}

const record = new DecisionRecord({ move: "faults", address: () => at("target") });
const options = {
  links: orders.relays.map(({ name, port }) => link(name, port)),
  record: ticking(record, ["read", "settle"]),
  address: (side: Side) => term.address(side),
  relayHosts: [host],
  timing,
  onPhase: (phase: string) => {
    tell({ type: "phase", phase });
    tick();
  },
};
const session = first
  ? await SwitchSession.begin(options, await startTails("target"))
  : await SwitchSession.join(options, startTails);

process.on("disconnect", () => process.exit());
process.on("message", (order: SwitchOrder) => {
  happened = 0;
  dieAt = order.dieAt;
  session.switchTo(order.side).then(
    (outcome) => tell({ type: "switched", outcome, happened }),
    (error: Error) => tell({ type: "failed", why: error.message }),
  );
});
tell({ type: "ready", side: session.owner.side });
