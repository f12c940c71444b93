import { startRelayNode } from "../../../../transfer/relayNode/node.ts";
import type { RelayOrders } from "./orders.ts";

/** A relay in a process of its own: `process.argv[2]` has its orders; a message names the phase in which it shall die. */
const { name, ports, source, target, controlKey, timing } = JSON.parse(process.argv[2]!) as RelayOrders; // prettier-ignore
let dieIn: unknown;
process.on("message", (phase) => (dieIn = phase));

await startRelayNode({
  name,
  move: "faults",
  listen: { host: "127.0.0.1", ...ports },
  source: { host: "127.0.0.1", port: source },
  target: { host: "127.0.0.1", port: target, username: "default" },
  token: async () => "any will do",
  controlKey: Buffer.from(controlKey, "hex"),
  timing,
  log: () => {},
  onPhase: (phase) => {
    if (phase === dieIn) process.kill(process.pid, "SIGKILL");
  },
});
process.on("disconnect", () => process.exit());
process.send!("listening");
