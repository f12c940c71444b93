import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { openProvider } from "../../../tools/checkProvider/terraform.mjs";

const program = fileURLToPath(new URL("../../../tools/checkProvider.mjs", import.meta.url));

describe("npm run check:provider", () => {
  const folder = mkdtempSync(join(tmpdir(), "godwit-check-"));
  const path = process.env["PATH"];
  after(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true, force: true });
  });

  it("ends with 2 and a sentence where there is no terraform", () => {
    const { status, stderr } = spawnSync(process.execPath, [program, "web"], {
      encoding: "utf8",
      env: { ...process.env, PATH: folder },
    });
    expect(status).to.equal(2);
    expect(stderr).to.match(
      /^There is no terraform on the PATH, so nothing was checked\. [^\n]+\n$/,
    );
  });

  it("tells refusals by resource, and no warnings", () => {
    putTerraform({
      valid: false,
      diagnostics: [
        {
          severity: "error",
          summary: "expected type to be one of",
          detail: '["A" "AAAA"],\n got a',
          range: { filename: "resource-1.tf.json" },
        },
        { severity: "warning", summary: "deprecated" },
      ],
    });
    const { version, validate } = openProvider(folder);
    const resource = { resource: { aws_route53_record: { one: {} } } };
    const files = new Map([
      ["right", resource],
      ["wrong", resource],
    ]);
    expect(version).to.equal("5.100.0");
    expect(validate(files)).to.deep.equal([
      { resource: "wrong", what: 'expected type to be one of: ["A" "AAAA"], got a' },
    ]);
  });

  /** A terraform that answers what the real one does, and finds these faults. */
  function putTerraform(faults: object): void {
    const name = "registry.terraform.io/hashicorp/aws";
    const answers = {
      init: {},
      providers: { provider_schemas: { [name]: { resource_schemas: {} } } },
      version: { provider_selections: { [name]: "5.100.0" } },
      validate: faults,
    };
    const file = join(folder, "terraform");
    const body = `console.log(JSON.stringify(${JSON.stringify(answers)}[process.argv[2]]));process.exitCode = process.argv[2] === "validate" ? 1 : 0;`;
    writeFileSync(file, `#!${process.execPath}\n${body}\n`);
    chmodSync(file, 0o755);
    process.env["PATH"] = `${folder}:${path}`;
  }
});
