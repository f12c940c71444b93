import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { hasNoStacks, mendFileBackend } from "../../../automation/stack/fileBackend.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";

describe("a file backend after a killed engine", () => {
  const torn = [
    "meta.yaml.attrs",
    "stacks/godwit/dev.json.attrs",
    "locks/organization/l.json.attrs",
  ];
  const whole = ["stacks/godwit/prod.json.attrs", "stacks/godwit/dev.json"];
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder("state");
    for (const path of torn) put(path, "");
    for (const path of whole) put(path, "{}");
  });

  function put(path: string, content: string): void {
    const file = join(folder, ".pulumi", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  const present = (path: string) => existsSync(join(folder, ".pulumi", path));

  it("loses its torn attribute files, and nothing else", () => {
    mendFileBackend({ PULUMI_BACKEND_URL: pathToFileURL(folder).href });
    expect(torn.filter(present)).to.deep.equal([]);
    expect(whole.filter(present)).to.deep.equal(whole);
  });

  it("is left alone when the stack lives elsewhere", () => {
    mendFileBackend({ PULUMI_BACKEND_URL: "s3://state" });
    mendFileBackend({});
    expect(torn.filter(present)).to.deep.equal(torn);
  });

  it("has no stacks for sure only where it was never used", () => {
    const unused = temporaryFolder("state");
    expect(hasNoStacks({ PULUMI_BACKEND_URL: pathToFileURL(unused).href })).to.equal(true);
    expect(hasNoStacks({ PULUMI_BACKEND_URL: pathToFileURL(folder).href })).to.equal(false);
    expect(hasNoStacks({ PULUMI_BACKEND_URL: "s3://state" })).to.equal(false);
    expect(hasNoStacks({})).to.equal(false);
  });
});
