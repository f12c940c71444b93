import { DisturbingProxy } from "../proxy.ts";
import type { FromGates, GateFront, GateOrder, ToGates } from "./messages.ts";

/** The gates' process: all traffic of the data servers goes through it, so that no other work delays it. */

interface Gate {
  readonly proxy: DisturbingProxy;
  admitted: readonly string[];
}

const gates = new Map<string, Gate>();
const keyOf = ({ front, port }: GateFront) => `${front}:${port}`;
const tell = (message: FromGates) => process.send?.(message);

async function obey(order: GateOrder): Promise<void> {
  if (order.do === "open") {
    await open(order);
    return;
  }
  const gate = gates.get(keyOf(order.at));
  if (!gate) return;
  switch (order.do) {
    case "admit":
      gate.admitted = order.admitted;
      break;
    case "slow":
      gate.proxy.slowDown(order.delayMs);
      break;
    case "cut":
      gate.proxy.setCut(order.cut);
      break;
    case "close":
      gates.delete(keyOf(order.at));
      await gate.proxy.close();
  }
}

async function open({ place, admitted }: Extract<GateOrder, { do: "open" }>): Promise<void> {
  const key = keyOf(place);
  const admits = (peer: string) => (gates.get(key)?.admitted ?? admitted).includes(peer);
  const proxy = await DisturbingProxy.start({ ...place, admits });
  gates.set(key, { proxy, admitted });
}

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToGates) => {
  obey(message).then(
    () => tell({ event: "done", order: message.order }),
    (error) => tell({ event: "done", order: message.order, failed: String(error) }),
  );
});
tell({ event: "running" });
