import { expect } from "chai";
import { FakeGithub } from "./fakeGithub.ts";
import { resource, sampleLook } from "./looks.ts";

const BOT = { login: "github-actions[bot]" };
const drifted = {
  ...{ stack: "prod", target: "redis" },
  preview: { code: 0, document: { resources: [resource("update", "group")] } },
};
const still = { ...drifted, preview: { code: 0, document: { resources: [] } } };

describe("what a workflow posts on GitHub", function () {
  this.timeout(60_000);
  let github: FakeGithub;
  afterEach(() => github.remove());

  /** Posts, and answers with the calls after the first, which lists what there is. */
  async function post(script: string, args: readonly string[], env = {}) {
    const outcome = await github.script(script, args, env);
    expect(outcome.ok, outcome.output).to.equal(true);
    const [list, ...calls] = github.calls;
    expect(list!.args).to.match(/^api --method GET repos\/\{owner\}\/\{repo\}\/issues/);
    return calls;
  }

  describe("on a pull request", () => {
    const comment = async (list: readonly unknown[]) => {
      github = new FakeGithub(list);
      github.look("staging", sampleLook());
      const env = { GODWIT_COMMIT: "0123456789abcdef" };
      return await post("comment.mjs", ["12", github.folder, "staging", "prod"], env);
    };

    it("is a comment of its own at first, about every stack and the commit that was pushed", async () => {
      const [call, ...more] = await comment([{ id: 1, body: "Looks good", user: BOT }]);
      expect(more).to.deep.equal([]);
      expect(call!.args).to.equal(
        "api --method POST repos/{owner}/{repo}/issues/12/comments --input -",
      );
      expect(call!.fields!["body"])
        .to.match(/^<!-- godwit: preview -->\n/)
        .and.contain("Commit <code>0123456789ab</code>")
        .and.contain("### <code>prod</code>\n\n**No look at this stack**");
    });

    it("is the same comment from then on", async () => {
      const ours = { id: 5, body: "<!-- godwit: preview -->\nold", user: BOT };
      const [call, ...more] = await comment([{ id: 4, body: null, user: BOT }, ours]);
      expect(more).to.deep.equal([]);
      expect(call!.args).to.equal(
        "api --method PATCH repos/{owner}/{repo}/issues/comments/5 --input -",
      );
    });

    it("is nobody else's comment, though it begin as ours does", async () => {
      const theirs = { id: 6, body: "<!-- godwit: preview -->\n", user: { login: "mallory" } };
      const [call] = await comment([theirs]);
      expect(call!.args).to.contain("--method POST");
    });
  });

  describe("about drift", () => {
    const OPEN = { number: 8, body: "<!-- godwit: drift -->\nold", user: BOT };
    const issue = async (list: readonly unknown[], looks: Record<string, object>) => {
      github = new FakeGithub(list);
      for (const [stack, look] of Object.entries(looks)) github.look(stack, look);
      return await post("issue.mjs", [github.folder, "staging", "prod"]);
    };

    it("is an issue where there is some", async () => {
      const [call, ...more] = await issue([], { staging: still, prod: drifted });
      expect(more).to.deep.equal([]);
      expect(call!.args).to.equal("api --method POST repos/{owner}/{repo}/issues --input -");
      expect(call!.fields).to.include({ title: "The cloud is not as the stacks left it" });
      expect(call!.fields!["body"]).to.match(/^<!-- godwit: drift -->\n/);
    });

    it("is the same issue while there is some", async () => {
      const calls = await issue([OPEN], { staging: still, prod: drifted });
      expect(calls.map(({ args }) => args)).to.deep.equal([
        "api --method PATCH repos/{owner}/{repo}/issues/8 --input -",
      ]);
    });

    it("is closed with a word when there is none any more", async () => {
      const calls = await issue([OPEN], { staging: still, prod: still });
      expect(calls.map(({ args, fields }) => [args.split(" ")[2], fields])).to.deep.equal([
        [
          "POST",
          {
            body: "The stacks are as their last update left them again: [log](https://github.example/acme/infra/actions/runs/7).",
          },
        ],
        ["PATCH", { state: "closed" }],
      ]);
    });

    it("stays as it is where a stack could not be looked at", async () => {
      expect(await issue([OPEN], { staging: still })).to.deep.equal([]);
    });

    it("is nothing where there is none and was none", async () => {
      expect(await issue([], { staging: still, prod: still })).to.deep.equal([]);
    });
  });

  it("fails the job where GitHub refuses", async () => {
    github = new FakeGithub([]);
    const { ok } = await github.script("issue.mjs", [github.folder, "staging"], { PATH: "/none" });
    expect(ok).to.equal(false);
  });
});
