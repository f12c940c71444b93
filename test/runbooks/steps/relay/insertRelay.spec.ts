import { expect } from "chai";
import { GodwitError } from "../../../../automation/errors.ts";
import { insertRelay } from "../../../../runbooks/steps/relay/insertRelay.ts";
import { rejection } from "../../../support/rejection.ts";
import { relay, RelayRun } from "./relayRun.ts";

const bypassing = { strangers: 2, clients: "10.0.9.1:4711 (cron) set, 10.0.9.2:4712 get" };

describe("bringing the application onto the relays", () => {
  let run: RelayRun;
  beforeEach(async () => {
    run = await RelayRun.start();
    run.relays(relay("relay-1", { clients: 3 }), relay("relay-2"));
  });
  afterEach(() => run.close());

  const refusal = async (): Promise<GodwitError> => {
    const error = await rejection(run.do(insertRelay()));
    expect(error).to.be.instanceOf(GodwitError);
    return error as GodwitError;
  };

  it("deploys it with the relays' name, without stopping it, and proves who is connected", async () => {
    const result = await run.do(insertRelay());
    expect(run.commands).to.deep.equal(["deploy relays.acme.internal"]);
    expect(result).to.deep.include({
      application: { commands: true },
      clients: { "relay-1": 3, "relay-2": 0 },
      strangers: 0,
    });
  });

  it("refuses a client that bypasses the relay, by address and name", async () => {
    run.answers["strangers"] = bypassing;
    const { message, explanation } = await refusal();
    expect(explanation.code).to.equal("relays-bypassed");
    expect(message).to.contain("The source has clients that come neither through the relays");
    expect(message).to.contain("10.0.9.1:4711 (cron) set, 10.0.9.2:4712 get");
  });

  it("asks for strangers with the relays' own addresses", async () => {
    let asked: unknown;
    run.answers["strangers"] = (params) => {
      asked = params;
      return { strangers: 0, clients: "nobody" };
    };
    await run.do(insertRelay());
    expect(asked).to.deep.equal({
      server: { host: "source.acme.example", port: 6379 },
      relays: ["10.0.1.7", "10.0.2.7"],
    });
  });

  it("refuses, before the application is touched, when a relay cannot be reached", async () => {
    run.relays(relay("relay-1"), {
      name: "relay-2",
      address: "10.0.2.7",
      unreachable: "connection refused",
    });
    const { message } = await refusal();
    expect(message).to.contain("relay-2 (10.0.2.7) cannot be reached: connection refused");
    expect(run.commands).to.deep.equal([]);
  });

  it("refuses, before the application is touched, when a relay does not serve yet", async () => {
    run.relays(relay("relay-1"), relay("relay-2", { phase: "booting", side: undefined }));
    expect((await refusal()).message).to.contain("relay-2 (10.0.2.7) is booting");
    expect(run.commands).to.deep.equal([]);
  });

  it("fails when the application ignores the name that it was given", async () => {
    run.relays(relay("relay-1"), relay("relay-2"));
    const { explanation, message } = await refusal();
    expect(explanation.code).to.equal("relays-unnoticed");
    expect(message).to.contain("relay-1 (10.0.1.7): 0 clients").and.contain("REDIS_HOST");
  });

  it("remembers the application once, however often it is tried", async () => {
    run.checkpoint = { commands: true, first: true };
    const { application } = await run.do(insertRelay());
    expect(application).to.deep.equal({ commands: true, first: true });
  });

  describe("and taking it off again", () => {
    it("brings it back as it was and proves that no relay has a client", async () => {
      run.checkpoint = { commands: true };
      run.relays(relay("relay-1"), relay("relay-2"));
      await run.undo(insertRelay());
      expect(run.commands).to.deep.equal(["rollback"]);
      expect(run.asked).to.deep.equal(["relays"]);
    });

    it("fails while a relay has clients", async () => {
      run.checkpoint = { commands: true };
      const error = (await rejection(run.undo(insertRelay()))) as GodwitError;
      expect(error.explanation.code).to.equal("relays-in-use");
      expect(error.message).to.contain("relay-1 (10.0.1.7): 3 clients");
    });

    it("does nothing when it was not begun", async () => {
      await run.undo(insertRelay());
      expect(run.commands).to.deep.equal([]);
    });
  });
});
