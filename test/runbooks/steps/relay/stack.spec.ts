import { expect } from "chai";
import { exitCodes, type GodwitError } from "../../../../automation/errors.ts";
import { fenceSource } from "../../../../runbooks/steps/relay/fenceSource.ts";
import { pointAtRelay } from "../../../../runbooks/steps/relay/pointAtRelay.ts";
import { rotateToken } from "../../../../runbooks/steps/relay/rotateToken.ts";
import { relayUntil } from "../../../../runbooks/steps/stages.ts";
import { rejection } from "../../../support/rejection.ts";
import { relay, RelayRun } from "./relayRun.ts";

const DAY_MS = 24 * 3_600_000;

describe("what the steps of the relay way ask before they update the stack", () => {
  let run: RelayRun;
  beforeEach(async () => {
    run = await RelayRun.start();
  });
  afterEach(() => run.close());

  const rejected = async (work: Promise<unknown>): Promise<GodwitError> =>
    (await rejection(work)) as GodwitError;

  describe("point-at-relay", () => {
    it("sends nobody to relays that do not serve", async () => {
      run.answers["beginRecord"] = { epoch: 0, side: "source" };
      run.relays(relay("relay-1"), relay("relay-2", { phase: "booting" }));
      const { explanation } = await rejected(run.do(pointAtRelay()));
      expect(explanation.code).to.equal("relays-not-ready");
      expect(run.asked).to.deep.equal(["beginRecord", "relays"]);
    });

    it("does not go on from a record that says that the target owns the traffic", async () => {
      run.answers["beginRecord"] = { epoch: 7, side: "target" };
      const { explanation, message } = await rejected(run.do(pointAtRelay()));
      expect(explanation.code).to.equal("record-begun");
      expect(message).to.contain("`godwit:switch:acme-redis-encrypted`").and.contain("epoch 7");
    });
  });

  describe("fence-source", () => {
    it("refuses while a client bypasses the relays, before it is cut off", async () => {
      run.answers["strangers"] = { strangers: 1, clients: "10.0.9.1:4711 (cron) set" };
      const { message } = await rejected(run.do(fenceSource()));
      expect(message).to.contain("The source has clients").and.contain("10.0.9.1:4711 (cron) set");
    });

    it("refuses a source whose security groups are not known: they could not be given back", async () => {
      run.results = {
        prepare: { outputs: { ...(run.results["prepare"]!["outputs"] as object), source: {} } },
      };
      const { explanation } = await rejected(run.do(fenceSource()));
      expect(explanation.code).to.equal("no-security-groups");
    });
  });

  describe("rotate-token", () => {
    it("refuses a token rotated too early: the relays are there", async () => {
      run.settings({ "godwit:stage": "settled", "godwit:finalSnapshot": "acme-final" });
      const error = await rejected(run.do(rotateToken()));
      expect(error.exitCode).to.equal(exitCodes.refused);
      expect(error.explanation.code).to.equal("token-too-early");
      expect(error.message).to.contain("the relays are still there and use it");
      expect(run.commands).to.deep.equal([]);
    });

    it("refuses a token rotated too early: the source is there", async () => {
      run.results = { prepare: { outputs: {} } };
      run.settings({ "godwit:stage": "cutover", "godwit:sourceSecurityGroups": ["sg-0found"] });
      const error = await rejected(run.do(rotateToken()));
      expect(error.message).to.contain("the stack is in stage cutover");
    });
  });

  describe("the end of the relays", () => {
    const atFirst = {
      "godwit:stage": "prepare",
      "godwit:mode": undefined,
      "godwit:relayUntil": undefined,
    };

    it("is two weeks after the soak, and stays once it is written", () => {
      run.settings({ ...atFirst, "godwit:soakHours": 48 });
      const until = relayUntil(run.ctx());
      expect(Date.parse(until) - Date.now()).to.be.closeTo(16 * DAY_MS, 60_000);
      run.settings({ "godwit:relayUntil": until, "godwit:soakHours": 48 });
      expect(relayUntil(run.ctx())).to.equal(until);
    });

    it("is written anew when an earlier run has left one that would not last", () => {
      const left = new Date(Date.now() + DAY_MS).toISOString();
      run.settings({ "godwit:relayUntil": left });
      expect(Date.parse(relayUntil(run.ctx()))).to.be.above(Date.parse(left) + 10 * DAY_MS);
    });
  });
});
