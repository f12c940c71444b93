import { expect } from "chai";
import { checkEvidence } from "../../../automation/evidence/check.ts";
import { sealEvidence, type Evidence } from "../../../automation/evidence/document.ts";
import { count, duration, moment, money } from "../../../automation/evidence/format.ts";
import { renderHtml } from "../../../automation/evidence/html/page.ts";
import { renderMarkdown } from "../../../automation/evidence/markdown.ts";
import { verdictOf } from "../../../automation/evidence/verdict.ts";
import { chainOf, completedRun, memorySigner, started } from "./sample.ts";

const HOSTILE = '</script><img src=x onerror="alert(1)"> & `x` | \u2028 <!--';

describe("the page of evidence", () => {
  let evidence: Evidence;

  before(async () => (evidence = await sealEvidence(completedRun(), memorySigner())));

  it("shows the verdict, every step, every criterion with its proof, and the seal", () => {
    const page = renderHtml(evidence);
    const shown = [
      "Completed, and nothing was lost",
      "21.8 s",
      ...evidence.plan.map(({ id }) => `<code>${id}</code>`),
      ...evidence.criteria.map(({ proof }) => proof),
      "waited 9.0 s in place of 1 d 00 h",
      "Point of no return, passed 2026-11-21 11:16:34 UTC",
      "$13.91 a month more than before",
      evidence.signature.fingerprint,
    ];
    for (const text of shown) expect(page).to.contain(text);
  });

  it("shows what costs only while the migration is under way, between before and after", () => {
    const headings = ["Before", "During the migration", "After"].map((each) => `<h3>${each}</h3>`);
    const columns = renderHtml(evidence).match(/<h3>.*?<\/h3>/g);
    expect(columns).to.deep.equal(headings);
    expect(renderHtml(evidence)).to.contain("Mover, t4g.small").and.contain("<b>$12.90</b>");
  });

  it("is one file: it loads nothing and runs nothing", () => {
    const page = renderHtml(evidence);
    expect(page).to.not.match(/\b(src|href|action|srcset)\s*=|@import|url\(|<link|<iframe/);
    expect(page.match(/<script/g)).to.have.lengthOf(1);
    expect(page).to.contain('<script type="application/json" id="evidence">');
  });

  it("is the same bytes every time, wherever it is made", () => {
    const zone = process.env["TZ"];
    const here = renderHtml(evidence);
    process.env["TZ"] = "Asia/Kathmandu";
    const there = renderHtml(evidence);
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
    expect(there).to.equal(here);
  });

  it("shows text from a run as text, whatever it holds", async () => {
    const events = chainOf([
      [0, "run.started", { ...started, title: HOSTILE, startedBy: HOSTILE, limits: [HOSTILE] }],
      [1, "step.started", { step: "check-source", attempt: 1 }],
      [2, "step.failed", { step: "check-source", error: { what: HOSTILE } }],
      [
        2,
        "stack.update",
        { step: HOSTILE, stage: HOSTILE, changes: { [HOSTILE]: 1 }, repaired: HOSTILE },
      ],
      [2, "verification", { what: HOSTILE, step: HOSTILE, source: 1, target: 1, differences: 0 }],
      [3, "criterion", { id: HOSTILE, title: HOSTILE, met: false, proof: HOSTILE }],
      [3, "gate.approved", { gate: HOSTILE, by: HOSTILE }],
      [
        3,
        "cost",
        {
          currency: HOSTILE,
          asOf: HOSTILE,
          before: [{ what: HOSTILE, monthly: 1 }],
          during: [{ what: HOSTILE, monthly: 1 }],
          after: [],
        },
      ],
    ]);
    const hostile = await sealEvidence(events, memorySigner());
    const page = renderHtml(hostile);
    expect(page).to.not.contain("<img");
    expect(page).to.not.contain("<!--");
    expect(page.match(/<\/script>/g)).to.have.lengthOf(1);
    const { fingerprint } = hostile.signature;
    expect(checkEvidence(page, { fingerprint }).findings).to.deep.equal([]);
  });
});

describe("the evidence as Markdown", () => {
  it("has the same figures, and cells that no text can break", async () => {
    const plain = await sealEvidence(completedRun(), memorySigner());
    expect(renderMarkdown(plain))
      .to.contain("| Longest stall | 21.8 s |")
      .and.contain("- [x] No Redis errors in the logs: 0 of 1,204 lines")
      .and.contain("| Wait for the maintenance window | approved | waited 3.0 s |");
    expect(renderMarkdown(plain).match(/^\| (Before|During|After).*$/gm)).to.deep.equal([
      "| Before | cache.t3.micro, 1 node | $12.41 |",
      "| Before | **Total** | **$12.41** |",
      "| During the migration | Mover, t4g.small | $12.26 |",
      "| During the migration | Mover, volume | $0.64 |",
      "| During the migration | **Total** | **$12.90** |",
      "| After | cache.t3.micro, 2 nodes | $24.82 |",
      "| After | KMS key | $1.00 |",
      "| After | Snapshots, 7 days | $0.50 |",
      "| After | **Total** | **$26.32** |",
    ]);
    const events = chainOf([
      [0, "run.started", started],
      [1, "gate.approved", { gate: "a|b\nc", by: "ada" }],
    ]);
    const hostile = renderMarkdown(await sealEvidence(events, memorySigner()));
    expect(hostile).to.contain("| a\\|b c | ada |");
  });

  it("has no costs during a migration that adds none", async () => {
    const cost = { before: [], during: [], after: [{ what: "KMS key", monthly: 1 }] };
    const events = chainOf([
      [0, "run.started", started],
      [1, "cost", cost],
    ]);
    const without = await sealEvidence(events, memorySigner());
    expect(renderMarkdown(without)).to.not.contain("During");
    expect(renderHtml(without)).to.not.contain("During");
  });

  it("leaves out what a run has nothing of", async () => {
    const text = renderMarkdown(
      await sealEvidence(
        chainOf([[0, "run.started", { ...started, rehearsal: false }]]),
        memorySigner(),
      ),
    );
    expect(text.match(/^## .*/gm)).to.deep.equal(["## Steps", "## Chain and signature"]);
  });
});

describe("the verdict", () => {
  const completed = (more: Parameters<typeof chainOf>[0]) =>
    sealEvidence(
      chainOf([
        [0, "run.started", started],
        ...more,
        [9, "run.ended", { status: "completed", sentence: "" }],
      ]),
      memorySigner(),
    );
  const traffic = { clients: 1, writes: 10, lostWrites: 0, duplicatedWrites: 0 };

  const cases: [string, Parameters<typeof chainOf>[0], string, string][] = [
    ["nothing lost", [[1, "traffic", traffic]], "good", "Completed, and nothing was lost"],
    [
      "a lost write",
      [[1, "traffic", { ...traffic, lostWrites: 1 }]],
      "bad",
      "Completed, but 1 write lost",
    ],
    [
      "doubled writes",
      [[1, "traffic", { ...traffic, duplicatedWrites: 2 }]],
      "bad",
      "Completed, but 2 writes duplicated",
    ],
    [
      "a difference",
      [[1, "verification", { what: "redis", source: 1, target: 2, differences: 1 }]],
      "bad",
      "Completed, but 1 difference between source and target",
    ],
    [
      "an unmet criterion",
      [[1, "criterion", { id: "a", title: "A", met: false, proof: "" }]],
      "warn",
      "Completed, but one success criterion is not met",
    ],
  ];
  for (const [what, events, tone, headline] of cases) {
    it(`with ${what}`, async () => {
      expect(verdictOf(await completed(events))).to.deep.equal({ tone, headline });
    });
  }
});

describe("figures", () => {
  it("are grouped by thousands", () => {
    expect([0, 999, 1000, 128_400, 1_234_567.5].map(count)).to.deep.equal([
      "0",
      "999",
      "1,000",
      "128,400",
      "1,234,567.5",
    ]);
  });

  it("tell durations in the unit that fits", () => {
    const ms = [
      0, 8.4, 340, 999.6, 1000, 59_949, 59_960, 185_000, 3_599_600, 7_500_000, 86_400_000,
      172_799_000,
    ];
    expect(ms.map(duration)).to.deep.equal([
      "0 ms",
      "8.4 ms",
      "340 ms",
      "1.0 s",
      "1.0 s",
      "59.9 s",
      "1 min 00 s",
      "3 min 05 s",
      "1 h 00 min",
      "2 h 05 min",
      "1 d 00 h",
      "2 d 00 h",
    ]);
  });

  it("tell moments in UTC and money to the cent", () => {
    expect(moment("2026-11-21T11:16:04.123Z")).to.equal("2026-11-21 11:16:04 UTC");
    expect([money(24.8, "USD"), money(-3, "EUR")]).to.deep.equal(["$24.80", "−EUR 3.00"]);
  });
});
