import { expect } from "chai";
import { relay } from "../../../automation/commands/relay.ts";
import type { App } from "../../../automation/commands/context.ts";
import { GodwitError } from "../../../automation/errors.ts";
import { openIo } from "../../../automation/io.ts";
import type { RunbookEntry, ServiceHost } from "../../../automation/step.ts";
import { rejection } from "../../support/rejection.ts";

describe("godwit relay", () => {
  /** A command line whose only runbook has this relay. */
  const appWith = (serve?: RunbookEntry["relay"]): App => ({
    io: openIo(true),
    runbooks: async () => [
      {
        ...{ name: "move", title: "", from: "", to: "" },
        load: () => Promise.reject(new Error("a relay needs no runbook")),
        ...(serve && { relay: serve }),
      },
    ],
    rehearsal: () => Promise.reject(new Error("not asked for")),
    preflight: () => Promise.reject(new Error("not asked for")),
    policy: () => Promise.reject(new Error("not asked for")),
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const)
    it(`serves until ${signal}`, async () => {
      let host: ServiceHost | undefined;
      const listening = process.listenerCount(signal);
      const ended = relay(
        appWith((given) => {
          host = given;
          return new Promise((resolve) =>
            given.signal.addEventListener("abort", () => resolve(undefined)),
          );
        }),
        "move",
      );
      await new Promise(setImmediate);
      expect(host!.signal.aborted).to.equal(false);
      expect(host!.env["PATH"]).to.equal(process.env["PATH"]);
      process.listeners(signal).at(-1)!(signal);
      expect(await ended).to.equal(0);
      expect(host!.signal.aborted).to.equal(true);
      expect(process.listenerCount(signal)).to.equal(listening);
    });

  it("refuses a runbook that has no relay", async () => {
    const error = await rejection(relay(appWith(), "move"));
    expect(error).to.be.instanceOf(GodwitError).with.property("exitCode", 2);
    expect((error as Error).message).to.match(/^Runbook move has no relay\./);
  });
});
