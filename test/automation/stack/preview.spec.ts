import { expect } from "chai";
import { drift, preview, type PreviewedResource } from "../../../automation/stack/preview.ts";
import { readSettings, writeSettings } from "../../../automation/stack/settings.ts";
import { askTwin, readControl } from "../../../rehearsal/control/client.mjs";
import { TargetTwin } from "../../support/targetTwin.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** What is not as it was, without what names and places it. */
const different = (resources: readonly PreviewedResource[]) =>
  resources
    .filter(({ op }) => op !== "same")
    .map(({ op, type, name, changed }) => ({ op, type, name, changed }));

describe("a look at a stack", function () {
  this.timeout(240_000);
  const twin = new TargetTwin("cdn");
  let alarm: PreviewedResource;

  before(async () => {
    await twin.update();
    const { resources } = await preview(twin.request);
    alarm = resources.find(({ type }) => type === ALARM)!;
  });

  /** As somebody with the console does, past the stack. */
  function byHand(verb: "update" | "delete", inputs: object) {
    const { type, name, id } = alarm;
    return askTwin(readControl(twin.live.dir), `/resources/${verb}`, {
      ...{ type, name, id, inputs, state: inputs },
    });
  }

  it("tells which properties an update would change", async () => {
    const { workDir } = twin.request.environment;
    const cdn = readSettings(workDir, "rehearsal")["godwit:cdn"]!;
    const other = { ...(JSON.parse(cdn) as object), thresholds: { hitRatePercent: 50 } };
    writeSettings(workDir, "rehearsal", { "godwit:cdn": JSON.stringify(other) });
    const { changes, resources } = await preview(twin.request);
    writeSettings(workDir, "rehearsal", { "godwit:cdn": cdn });
    expect(changes).to.include({ update: 1 });
    expect(different(resources)).to.deep.equal([
      { op: "update", type: ALARM, name: "cdn-alarm-hit-rate", changed: ["threshold"] },
    ]);
  });

  describe("for drift", () => {
    it("finds none after an update", async () => {
      const { changes, resources } = await drift(twin.request);
      expect(Object.keys(changes)).to.deep.equal(["same"]);
      expect(different(resources)).to.deep.equal([]);
    });

    it("finds what was changed by hand, with the property, and leaves it so", async () => {
      await byHand("update", { ...(alarm.inputs as object), threshold: 99 });
      for (let times = 0; times < 2; times++) {
        const { changes, resources } = await drift(twin.request);
        expect(changes).to.include({ update: 1 });
        expect(different(resources)).to.deep.equal([
          { op: "update", type: ALARM, name: alarm.name, changed: ["threshold"] },
        ]);
      }
    });

    it("finds what was deleted by hand", async () => {
      await byHand("delete", {});
      const { changes, resources } = await drift(twin.request);
      expect(changes).to.include({ delete: 1 });
      expect(different(resources)).to.deep.equal([
        { op: "delete", type: ALARM, name: alarm.name, changed: [] },
      ]);
    });
  });
});
