import type {
  FilterLogEventsCommandOutput,
  GetLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { createLogs } from "../../rehearsal/clouds/aws/logs.ts";
import { compilePattern } from "../../rehearsal/clouds/aws/logsPattern.ts";
import { account, callerOf } from "./trafficWorld.ts";

describe("rehearsal: CloudWatch Logs", () => {
  const logs = createLogs({ account });
  const call = callerOf(logs);
  const GROUP = "/ecs/acme";

  before(() => {
    for (let line = 0; line < 5; line++) logs.write(GROUP, "api/1", `line ${line}`);
    logs.write(GROUP, "api/2", "ERROR Redis connection failed");
  });

  const messages = (events: readonly { message?: string | undefined }[] | undefined) =>
    events!.map(({ message }) => message);

  it("filters by terms, stream and time", async () => {
    const filter = async (input: object) =>
      messages(
        (
          await call<FilterLogEventsCommandOutput>("FilterLogEvents", {
            logGroupName: GROUP,
            ...input,
          })
        ).events,
      );
    expect(await filter({ filterPattern: "?ERROR ?WRONGPASS" })).to.have.length(1);
    expect(await filter({ logStreamNames: ["api/1"] })).to.have.length(5);
    expect(await filter({ startTime: Date.now() + 1_000 })).to.deep.equal([]);
    expect(await filter({ endTime: Date.now() + 1_000 })).to.have.length(6);
  });

  it("pages through what it finds, new lines not shifting the pages", async () => {
    const found: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page: FilterLogEventsCommandOutput = await call("FilterLogEvents", {
        logGroupName: GROUP,
        logStreamNames: ["api/1"],
        limit: 2,
        nextToken,
      });
      found.push(...messages(page.events));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(found).to.deep.equal(["line 0", "line 1", "line 2", "line 3", "line 4"]);
  });

  it("reads a stream from either end", async () => {
    const read = (input: object) =>
      call<GetLogEventsCommandOutput>("GetLogEvents", {
        logGroupName: GROUP,
        logStreamName: "api/1",
        limit: 2,
        ...input,
      });
    const last = await read({});
    expect(messages(last.events)).to.deep.equal(["line 3", "line 4"]);
    const before = await read({ nextToken: last.nextBackwardToken });
    expect(messages(before.events)).to.deep.equal(["line 1", "line 2"]);
    const first = await read({ startFromHead: true });
    expect(messages(first.events)).to.deep.equal(["line 0", "line 1"]);
    const end = await read({ nextToken: last.nextForwardToken });
    expect(end.events).to.deep.equal([]);
    expect(end.nextForwardToken).to.equal(last.nextForwardToken);
  });

  it("refuses a group that there is not", async () => {
    const error = await call("FilterLogEvents", { logGroupName: "none" }).catch(
      (e: Error) => e.name,
    );
    expect(error).to.equal("ResourceNotFoundException");
  });

  it("keeps the groups that a stack declares, and refuses a second one of a name", async () => {
    const kind = logs.kinds![0]!;
    const { id, outputs } = await kind.create({ name: "/redis/slow", retentionInDays: 30 });
    expect([id, outputs["arn"]]).to.deep.equal([
      "/redis/slow",
      account.arn("logs", "log-group:/redis/slow"),
    ]);
    const again = await kind.create({ name: "/redis/slow" }).catch((e: Error) => e.name);
    expect(again).to.equal("ResourceAlreadyExistsException");
    await kind.delete(id, {});
    expect(await kind.read(id, {})).to.equal(undefined);
  });

  for (const [pattern, message, matches] of [
    ["", "anything", true],
    ["a b", "b and a", true],
    ["a z", "b and a", false],
    ["?a ?z", "b and a", true],
    ['"and a"', "b and a", true],
    ['"a and"', "b and a", false],
    ["b -and", "b and a", false],
    ["error", "ERROR", false],
  ] as const) {
    it(`matches "${message}" with ${pattern || "nothing"}: ${matches}`, () => {
      expect(compilePattern(pattern)(message)).to.equal(matches);
    });
  }

  it("refuses a structured pattern rather than take it for terms", () => {
    expect(() => compilePattern("{ $.level = ERROR }")).to.throw(/patterns of terms only/);
  });
});
