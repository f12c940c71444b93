import { expect } from "chai";
import { link, type ChainedEvent } from "../../../automation/evidence/chain.ts";
import { checkEvidence } from "../../../automation/evidence/check.ts";
import { renderJson, sealEvidence, type Evidence } from "../../../automation/evidence/document.ts";
import { renderHtml } from "../../../automation/evidence/html/page.ts";
import { chainOf, completedRun, memorySigner, started } from "./sample.ts";

const RECHAINED = "The signature does not fit the record.";

describe("checking evidence", () => {
  let evidence: Evidence;
  let fingerprint: string;

  before(async () => {
    evidence = await sealEvidence(completedRun(), memorySigner());
    fingerprint = evidence.signature.fingerprint;
  });

  /** What a check finds in both forms of a record that someone has rendered anew after an edit. */
  function findingsIn(edited: Evidence): readonly string[] {
    const inJson = checkEvidence(renderJson(edited), { fingerprint }).findings;
    expect(checkEvidence(renderHtml(edited), { fingerprint }).findings).to.deep.equal(inJson);
    return inJson;
  }

  function withEvents(
    edit: (events: readonly ChainedEvent[]) => readonly ChainedEvent[],
  ): Evidence {
    return { ...evidence, events: edit(evidence.events) };
  }

  it("finds nothing in a whole record by the expected key", () => {
    for (const file of [renderJson(evidence), renderHtml(evidence)]) {
      expect(checkEvidence(file, { fingerprint })).to.deep.equal({ findings: [], fingerprint });
    }
  });

  it("asks for the fingerprint when none is known", () => {
    const { findings, question } = checkEvidence(renderHtml(evidence));
    expect(findings).to.deep.equal([]);
    expect(question).to.contain(fingerprint);
  });

  it("finds a changed event", () => {
    const edited = withEvents((events) =>
      events.map((event) =>
        event.type === "gate.approved"
          ? { ...event, data: { ...event.data, by: "mallory" } }
          : event,
      ),
    );
    expect(findingsIn(edited)).to.deep.equal([
      "The chain is broken: event 10 (gate.approved) was changed: its content does not give its hash.",
      "“approvals” was changed: it is not what the events tell.",
    ]);
  });

  it("finds a removed event", () => {
    const [finding] = findingsIn(withEvents((events) => events.toSpliced(4, 1)));
    expect(finding).to.contain("event 4 (step.started) carries number 5");
  });

  it("finds exchanged events", () => {
    const [finding] = findingsIn(
      withEvents((events) => events.toSpliced(3, 2, events[4]!, events[3]!)),
    );
    expect(finding).to.contain("The chain is broken: event 3");
  });

  it("finds an event added at the end, well chained", () => {
    const added = {
      run: evidence.run,
      at: "2026-11-22T00:00:00.000Z",
      type: "step.fact",
      key: "k",
      data: {},
    };
    expect(
      findingsIn(withEvents((events) => [...events, link(events.at(-1), added)])),
    ).to.deep.equal([RECHAINED]);
  });

  it("finds events cut off at the end", () => {
    expect(findingsIn(withEvents((events) => events.slice(0, -1)))).to.include(RECHAINED);
  });

  it("finds a chain made anew after an edit", () => {
    const events = evidence.events.reduce<ChainedEvent[]>((chain, event) => {
      const data = event.type === "traffic" ? { ...event.data, longestStallMs: 3 } : event.data;
      return [...chain, link(chain.at(-1), { ...event, data })];
    }, []);
    const traffic = { ...evidence.traffic!, longestStallMs: 3 };
    expect(findingsIn({ ...evidence, events, traffic })).to.deep.equal([RECHAINED]);
  });

  it("finds a record signed by another key", async () => {
    const other = await sealEvidence(completedRun(), memorySigner());
    expect(findingsIn(other)).to.deep.equal([
      `The record was signed by another key: ${other.signature.fingerprint}, not ${fingerprint}.`,
    ]);
  });

  it("finds another key's signature under the old fingerprint", async () => {
    const { signature } = await sealEvidence(completedRun(), memorySigner());
    expect(findingsIn({ ...evidence, signature: { ...signature, fingerprint } })).to.include(
      "The fingerprint shown is not that of the key.",
    );
  });

  it("finds a damaged signature", () => {
    const value = evidence.signature.value.replace(/^./, (first) => (first === "A" ? "B" : "A"));
    expect(findingsIn({ ...evidence, signature: { ...evidence.signature, value } })).to.deep.equal([
      RECHAINED,
    ]);
  });

  it("finds a signature taken from another run", async () => {
    const signer = memorySigner();
    const one = await sealEvidence(completedRun(), signer);
    const two = await sealEvidence(
      chainOf([[0, "run.started", { ...started, stack: "prod" }]]),
      signer,
    );
    const { findings } = checkEvidence(renderJson({ ...one, signature: two.signature }));
    expect(findings).to.deep.equal([RECHAINED]);
  });

  for (const part of [
    "status",
    "sentence",
    "startedBy",
    "plan",
    "criteria",
    "verification",
    "traffic",
    "cost",
    "limits",
  ]) {
    it(`finds “${part}” changed beside the events`, () => {
      const edited = {
        ...evidence,
        [part]: typeof evidence[part as keyof Evidence] === "string" ? "edited" : [],
      };
      const { findings } = checkEvidence(renderJson(edited), { fingerprint });
      expect(findings).to.include(`“${part}” was changed: it is not what the events tell.`);
    });
  }

  it("finds a part removed or added beside the events", () => {
    const { traffic, ...without } = evidence;
    expect(findingsIn(without)).to.deep.equal([
      "“traffic” was changed: it is not what the events tell.",
    ]);
    const added = { ...evidence, remark: "all good" };
    expect(findingsIn(added)).to.deep.equal([
      "“remark” was changed: it is not what the events tell.",
    ]);
    expect(traffic?.longestStallMs).to.equal(21_840);
  });

  const edits: [string, (page: string) => string][] = [
    ["a visible figure", (page) => page.replace(">21.8 s<", ">21 ms<")],
    ["a visible name", (page) => page.replace("<td>grace</td>", "<td>mallory</td>")],
    [
      "a visible heading",
      (page) => page.replace("Completed, and nothing was lost</strong>", "Perfect</strong>"),
    ],
    [
      "a style that hides the limits",
      (page) => page.replace(".limits {", ".limits { display: none;"),
    ],
    ["a script put in", (page) => page.replace("</body>", "<script>alert(1)</script></body>")],
    ["something put before the page", (page) => `<p>Approved</p>${page}`],
    ["something put after the page", (page) => `${page}<p>Approved</p>`],
    [
      "a second record before the first",
      (page) =>
        page.replace(
          "<main>",
          `<main>${page.slice(page.indexOf("<script"), page.indexOf("</script>"))}</script>`,
        ),
    ],
    ["white space", (page) => page.replace("\n<main>", "\n\n<main>")],
  ];
  for (const [what, edit] of edits) {
    it(`finds in the page ${what}`, () => {
      const page = renderHtml(evidence);
      expect(edit(page)).to.not.equal(page);
      const { findings } = checkEvidence(edit(page), { fingerprint });
      expect(findings).to.have.lengthOf(1);
      expect(findings[0]).to.match(/^The page was changed/);
    });
  }

  it("finds an edit of the JSON in the page", () => {
    const page = renderHtml(evidence).replace('"by":"grace"', '"by":"mallory"');
    const { findings } = checkEvidence(page, { fingerprint });
    expect(findings.length).to.be.greaterThan(1);
  });

  it("finds a name given twice in the JSON, of which a reader may see the first", () => {
    const file = renderJson(evidence).replace(
      '"status": "completed"',
      '"status": "failed",\n  "status": "completed"',
    );
    expect(checkEvidence(file, { fingerprint }).findings).to.deep.equal([
      "The file was changed: it is not spelled as its record gives.",
    ]);
  });

  const noEvidence = [
    "",
    "hello",
    "{}",
    "[]",
    "null",
    "<html></html>",
    '{"format":"godwit-evidence/1","events":[]}',
  ];
  for (const file of noEvidence) {
    it(`says so when the file is no evidence: ${file || "empty"}`, () => {
      expect(checkEvidence(file).findings).to.have.lengthOf(1);
    });
  }

  it("says so when there are no events", () => {
    expect(findingsIn({ ...evidence, events: [] })).to.include(
      "The events do not tell a run: The events do not begin with run.started.",
    );
  });
});
