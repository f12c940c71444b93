import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parseDocument, type Document } from "yaml";
import { projectRoot } from "../../automation/home.ts";
import { expectNoStackTrace, Godwit, said, type Outcome } from "../support/godwit.ts";

interface Mistake {
  readonly what: string;
  make(config: Document): void;
  /** Key, what is wrong with it, and the right example, as they must be printed. */
  readonly sentences: readonly string[];
}

const TOKEN = "hunter2hunter2HUNTER2";

const mistakes: readonly Mistake[] = [
  {
    what: "a wrong setting",
    make: (config) => {
      config.setIn(["config", "godwit:redis", "nodeType"], "db.t3.micro");
      config.setIn(["config", "godwit:stage"], "prepared");
    },
    sentences: [
      "2 settings are wrong; nothing was changed",
      "godwit:redis.nodeType must be a cache node type, but is db.t3.micro. Right: cache.t3.micro",
      "godwit:stage must be one of prepare, relay, fence, cutover, settled, but is prepared; did you mean prepare? Right: prepare",
    ],
  },
  {
    what: "a setting of an unknown name",
    make: (config) => config.setIn(["config", "godwit:redis", "nodetype"], "cache.t3.micro"),
    sentences: ["godwit:redis.nodetype is not a setting; did you mean nodeType?"],
  },
  {
    what: "a missing setting",
    make: (config) => void config.deleteIn(["config", "godwit:redis", "network", "subnetGroup"]),
    sentences: [
      "One setting is wrong; nothing was changed",
      "godwit:redis.network.subnetGroup is missing. Right: { existing: acme-cache-subnet-production }",
    ],
  },
  {
    what: "settings that contradict each other",
    make: (config) => {
      config.setIn(["config", "godwit:snapshot"], "acme-redis-production-20260301-0130");
      config.setIn(["config", "godwit:redis", "seed"], "empty");
    },
    sentences: [
      "godwit:snapshot is set, but godwit:redis.seed is empty; an empty group is not restored from a snapshot. Right: seed: snapshot",
    ],
  },
  {
    what: "a secret in plain text",
    make: (config) => config.setIn(["config", "godwit:redis", "authToken"], TOKEN),
    sentences: [
      "godwit:redis.authToken is a secret in plain text; remove it, treat it as known to others, and set a new one encrypted",
      "pulumi config set --secret --path 'godwit:redis.authToken'",
    ],
  },
];

describe("settings that cannot be right", function () {
  this.timeout(60_000);
  let godwit: Godwit;
  let project: string;
  let env: Record<string, string>;

  before(async () => {
    godwit = await Godwit.create();
  });
  beforeEach(async () => {
    project = join(godwit.home, "project");
    env = {
      GODWIT_PROJECT: project,
      PULUMI_BACKEND_URL: `file://${join(godwit.home, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "only in this test",
    };
    await mkdir(join(godwit.home, "state"), { recursive: true });
    await cp(join(projectRoot, "Pulumi.yaml"), join(project, "Pulumi.yaml"));
  });
  afterEach(async () => {
    await rm(project, { recursive: true });
    await rm(join(godwit.home, "state"), { recursive: true });
  });
  after(async () => {
    await godwit.remove();
  });

  async function writeSettings(make: Mistake["make"]): Promise<void> {
    const path = join(projectRoot, "Pulumi.staging.yaml");
    const document = parseDocument(readFileSync(path, "utf8"));
    make(document);
    await writeFile(join(project, "Pulumi.acme.yaml"), document.toString());
  }

  function expectRefused(outcome: Outcome, sentences: readonly string[]): void {
    expect(outcome.code, outcome.stderr).to.equal(2);
    for (const sentence of sentences) expect(said(outcome)).to.contain(sentence);
    expect(outcome.stdout).to.equal("");
    expect(outcome.stderr).not.to.contain(TOKEN);
    expectNoStackTrace(outcome);
  }

  for (const { what, make, sentences } of mistakes) {
    it(`${what}: plan names it and shows a right one`, async () => {
      await writeSettings(make);
      const planned = await godwit.run(["plan", "redis-encryption", "--stack", "acme"], env);
      expectRefused(planned, sentences);
    });
  }

  it("preview names them as plan does, and leaves no resource in the stack", async () => {
    const [wrong, secret] = [mistakes.at(0)!, mistakes.at(-1)!];
    await writeSettings((config) => {
      wrong.make(config);
      secret.make(config);
    });
    expectRefused(await godwit.run(["preview", "redis", "--stack", "acme"], env), [
      "4 settings are wrong; nothing was changed",
      ...wrong.sentences.slice(1),
      ...secret.sentences,
    ]);
    expect(await resources()).to.deep.equal([]);
  });

  it("no settings at all: says which file to write, and makes no stack", async () => {
    const path = join(project, "Pulumi.acme.yaml");
    for (const args of [
      ["plan", "redis-encryption"],
      ["run", "redis-encryption", "--execute"],
      ["preview", "redis"],
      ["destroy", "redis"],
    ]) {
      const outcome = await godwit.run([...args, "--stack", "acme"], env);
      expectRefused(outcome, [`There is no ${path}.`, "Copy Pulumi.staging.yaml to it"]);
    }
    expect(await readdir(join(godwit.home, "state"))).to.deep.equal([]);
  });

  it("a file that is no YAML: says where", async () => {
    await writeFile(join(project, "Pulumi.acme.yaml"), "config:\n  godwit:app: [acme\n");
    const outcome = await godwit.run(["plan", "redis-encryption", "--stack", "acme"], env);
    expectRefused(outcome, ["Pulumi.acme.yaml is not valid YAML"]);
  });

  /** What the stack's state holds, if it has one. */
  async function resources(): Promise<unknown[]> {
    const path = join(godwit.home, "state", ".pulumi", "stacks", "godwit", "acme.json");
    if (!existsSync(path)) return [];
    const { checkpoint } = JSON.parse(readFileSync(path, "utf8")) as {
      checkpoint: { latest?: { resources?: unknown[] } };
    };
    return checkpoint.latest?.resources ?? [];
  }
});
