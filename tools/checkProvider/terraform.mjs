import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "./output.mjs";
import { SetupError } from "../support/error.mjs";

const PROVIDER = "registry.terraform.io/hashicorp/aws";
/** The provider, and what stands for a value that only the update will tell. */
const FRAME = {
  terraform: { required_providers: { aws: { source: "hashicorp/aws" } } },
  resource: { terraform_data: { unknown: {} } },
};

/** @typedef {{ resource: string, what: string }} Refusal */

/**
 * The provider that Terraform finds, in a folder of its own.
 * @param {string} folder
 */
export function openProvider(folder) {
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(FRAME));
  terraform(folder, ["init", "-input=false", "-no-color", "-backend=false"]);
  const { provider_schemas: found } = JSON.parse(
    terraform(folder, ["providers", "schema", "-json"]),
  );
  const { provider_selections: versions } = JSON.parse(terraform(folder, ["version", "-json"]));
  const schemas = found?.[PROVIDER]?.resource_schemas;
  if (schemas === undefined) throw new SetupError(`Terraform has no schema of ${PROVIDER}.`);
  return {
    /** @type {string} */
    version: versions?.[PROVIDER] ?? "of an unknown version",
    /** @type {Record<string, { block: import("./render.mjs").Block }>} */
    schemas,
    /**
     * What it refuses in these files, each of one resource.
     * @param {ReadonlyMap<string, object>} files
     */
    validate: (files) => validate(folder, files),
  };
}

/**
 * @param {string} folder
 * @param {ReadonlyMap<string, object>} files
 * @returns {Refusal[]}
 */
function validate(folder, files) {
  const names = [...files.keys()];
  const fileOf = (/** @type {number} */ index) => `resource-${index}.tf.json`;
  names.forEach((name, index) => {
    writeFileSync(join(folder, fileOf(index)), JSON.stringify(files.get(name)));
  });
  const { diagnostics } = JSON.parse(
    terraform(folder, ["validate", "-json", "-no-color"], { mayFail: true }),
  );
  names.forEach((_, index) => rmSync(join(folder, fileOf(index))));
  const nameOf = (/** @type {string | undefined} */ file) =>
    names.find((_, index) => fileOf(index) === file) ?? "the plan";
  return diagnostics
    .filter((/** @type {Diagnostic} */ { severity }) => severity === "error")
    .map((/** @type {Diagnostic} */ { summary, detail, range }) => ({
      resource: nameOf(range?.filename),
      what: [summary, detail].filter(Boolean).join(": ").replaceAll(/\s+/g, " "),
    }));
}

/** @typedef {{ severity: string, summary: string, detail?: string, range?: { filename: string } }} Diagnostic */

/**
 * @param {string} folder
 * @param {readonly string[]} args
 * @param {{ mayFail?: boolean }} [options]
 */
function terraform(folder, args, options) {
  return output("terraform", args, { cwd: folder, ...options });
}
