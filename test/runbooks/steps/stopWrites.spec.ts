import { expect } from "chai";
import type { GodwitError } from "../../../automation/errors.ts";
import { verifyDeserted } from "../../../runbooks/steps/stopWrites.ts";
import { rejection } from "../../support/rejection.ts";
import { RelayRun } from "./relay/relayRun.ts";

describe("the proof that the source is deserted", () => {
  let run: RelayRun;
  beforeEach(async () => {
    run = await RelayRun.start();
  });
  afterEach(() => run.close());

  it("waits for who looks in for a moment only", async () => {
    let looks = 0;
    run.answers["writes"] = () => ({
      strangers: (looks += 1) === 1 ? 1 : 0,
      clients: "127.0.0.1:4711 NULL",
    });
    const patient = { compress: () => 0, deadline: (ms: number) => ms };
    await verifyDeserted({ ...run.ctx(), clock: patient });
    expect(looks).to.equal(2);
  });

  it("names who stays", async () => {
    run.answers["writes"] = { strangers: 1, clients: "10.0.3.9:4711 (straggler) get" };
    const { message } = (await rejection(verifyDeserted(run.ctx()))) as GodwitError;
    expect(message).to.contain("The source has got 1 clients");
    expect(message).to.contain("10.0.3.9:4711 (straggler) get");
  });
});
