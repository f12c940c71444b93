// The place of the application: its network and its resolver.
import "../clouds/aws/ecsTaskNetwork.ts";
import { ApplicationProbe } from "./applicationProbe.ts";
import { BypassProbe } from "./bypassProbe.ts";
import { DataProbe } from "./dataProbe.ts";
import type { FromProbe, ProbeSettings, ToProbe } from "./messages.ts";

/** The probes' process: `probe.ts <ProbeSettings as JSON>`. Ends when told to, or with its parent. */

const settings = JSON.parse(process.argv[2]!) as ProbeSettings;
const application = new ApplicationProbe(settings.url);
const data = new DataProbe();
const bypass = new BypassProbe();
const tell = (message: FromProbe) => process.send?.(message);

const timer = setInterval(() => {
  application.tick();
  data.tick();
}, settings.everyMs);

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToProbe) => {
  switch (message.do) {
    case "follow":
      return data.follow(message.env);
    case "bypass":
      return bypass.follow(message.server);
    case "stop":
      clearInterval(timer);
      bypass.stop();
      tell({
        event: "stopped",
        application: application.figures(),
        data: data.figures(),
        bypass: bypass.figures(),
      });
  }
});
tell({ event: "running" });
