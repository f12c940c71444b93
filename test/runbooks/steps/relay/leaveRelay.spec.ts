import { expect } from "chai";
import type { GodwitError } from "../../../../automation/errors.ts";
import { leaveRelay } from "../../../../runbooks/steps/relay/leaveRelay.ts";
import { relaysUnused } from "../../../../runbooks/steps/relay/relays.ts";
import { stopTail } from "../../../../runbooks/steps/tail.ts";
import { rejection } from "../../../support/rejection.ts";
import { relay, RelayRun } from "./relayRun.ts";

describe("bringing the application off the relays", () => {
  const onTarget = { side: "target", epoch: 3 } as const;
  let run: RelayRun;
  beforeEach(async () => {
    run = await RelayRun.start();
    run.relays(relay("relay-1", onTarget), relay("relay-2", onTarget));
  });
  afterEach(() => run.close());

  it("deploys it with TLS and token on the target, and proves that no relay has a client", async () => {
    const result = await run.do(leaveRelay());
    expect(run.commands).to.deep.equal(["deploy primary.acme.example"]);
    expect(result).to.include({ clientsOfRelays: 0 });
    expect(result["servingSince"]).to.be.a("number");
  });

  it("fails while a relay has clients, saying which and how many", async () => {
    run.relays(relay("relay-1", onTarget), relay("relay-2", { ...onTarget, clients: 2 }));
    const { explanation, message } = (await rejection(run.do(leaveRelay()))) as GodwitError;
    expect(explanation.code).to.equal("relays-in-use");
    expect(message).to.contain("relay-2 (10.0.2.7): 2 clients");
  });

  it("does not touch the application while a relay serves the source", async () => {
    run.relays(relay("relay-1"), relay("relay-2", onTarget));
    const { message } = (await rejection(run.do(leaveRelay()))) as GodwitError;
    expect(message).to.contain("relay-1 (10.0.1.7) is serving, on the source");
    expect(run.commands).to.deep.equal([]);
  });

  it("leads back onto the relays, until the target has no other client", async () => {
    run.checkpoint = { leaving: true };
    let asked: unknown;
    run.answers["strangers"] = (params) => {
      asked = params["server"];
      return { strangers: 0, clients: "nobody" };
    };
    await run.undo(leaveRelay());
    expect(run.commands).to.deep.equal(["deploy relays.acme.internal"]);
    expect(asked).to.include({ host: "primary.acme.example", secretArn: "arn:token" });
  });

  it("cannot lead back while somebody stays on the target", async () => {
    run.checkpoint = { leaving: true };
    run.answers["strangers"] = { strangers: 1, clients: "10.0.8.1:99 (api) get" };
    const { message } = (await rejection(run.undo(leaveRelay()))) as GodwitError;
    expect(message).to.contain("The target has clients").and.contain("10.0.8.1:99 (api) get");
  });

  it("leaves the way back open while a relay has clients", async () => {
    run.relays(relay("relay-1", { clients: 1 }), relay("relay-2"));
    const error = (await rejection(run.do(stopTail(relaysUnused)))) as GodwitError;
    expect(error.explanation.code).to.equal("relays-in-use");
    expect(run.asked).not.to.include("stop sync");
    run.relays(relay("relay-1"), relay("relay-2"));
    await run.do(stopTail(relaysUnused));
    expect(run.asked).to.include("stop sync");
  });
});
