import { NetworkBalancer } from "./balancer.ts";
import type { FromBalancer, ToBalancer } from "./messages.ts";

/** A network load balancer's process: all connections of its clients go through it, so that no other work delays them. */
const tell = (message: FromBalancer) => process.send?.(message);

const balancer = new NetworkBalancer((groupArn, target, health) =>
  tell({ event: "health", groupArn, target, health }),
);

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToBalancer) => {
  balancer.configure(message.settings).then(
    () => tell({ event: "done", order: message.order }),
    (error) => tell({ event: "done", order: message.order, failed: String(error) }),
  );
});
tell({ event: "running" });
