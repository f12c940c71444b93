import { Balancer } from "./balancer.ts";
import type { FromFront, TargetGroupSettings, ToFront } from "./messages.ts";

/** The balancer's process: `main.ts <host> <port> <settings as JSON>`, steered over its channel. */
const [host, port, settings] = process.argv.slice(2) as [string, string, string];
const tell = (message: FromFront) => process.send?.(message);

const balancer = new Balancer(JSON.parse(settings) as TargetGroupSettings, (target, health) =>
  tell({ event: "health", target, health }),
);

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToFront) => {
  const { target } = message;
  if (message.do === "register") balancer.register(target);
  else void balancer.deregister(target).then(() => tell({ event: "drained", target }));
});

await balancer.listen(host, Number(port));
tell({ event: "listening" });
