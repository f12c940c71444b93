// The place of the application: its network and its resolver.
import "../clouds/aws/ecsTaskNetwork.ts";
import { ApplicationProbe } from "./applicationProbe.ts";
import { DataProbe } from "./dataProbe.ts";
import type { FromProbe, ProbeSettings, ToProbe } from "./messages.ts";

/** The probes' process: `probe.ts <ProbeSettings as JSON>`. Ends when told to, or with its parent. */

const settings = JSON.parse(process.argv[2]!) as ProbeSettings;
const application = new ApplicationProbe(settings.url);
const data = new DataProbe();
const tell = (message: FromProbe) => process.send?.(message);

const timer = setInterval(() => {
  application.tick();
  data.tick();
}, settings.everyMs);

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToProbe) => {
  if (message.do === "follow") {
    data.follow(message.env);
    return;
  }
  clearInterval(timer);
  tell({ event: "stopped", application: application.figures(), data: data.figures() });
});
tell({ event: "running" });
