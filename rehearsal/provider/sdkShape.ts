import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What the provider's SDK declares about a resource type. */
export interface SdkShape {
  readonly inputs: ReadonlySet<string>;
  /** Outputs that are always there, with their TypeScript type: `string`, `number`, `string[]`, … */
  readonly outputs: ReadonlyMap<string, string>;
}

const require = createRequire(import.meta.url);
const shapes = new Map<string, SdkShape | undefined>();

/**
 * Reads the inputs and outputs of a type such as `aws:sns/topic:Topic` from its class in the installed SDK.
 * Undefined when the SDK has no such class.
 */
export function sdkShapeOf(type: string): SdkShape | undefined {
  if (!shapes.has(type)) shapes.set(type, readShape(type));
  return shapes.get(type);
}

function readShape(type: string): SdkShape | undefined {
  const [pkg = "", path = ""] = type.split(":");
  const folder = dirname(require.resolve(`@pulumi/${pkg}/package.json`));
  const file = join(folder, path.replace(/^index\//, ""));
  if (!existsSync(`${file}.js`) || !existsSync(`${file}.d.ts`)) return undefined;
  return {
    inputs: inputsIn(readFileSync(`${file}.js`, "utf8")),
    outputs: outputsIn(readFileSync(`${file}.d.ts`, "utf8")),
  };
}

function inputsIn(script: string): Set<string> {
  const assigned = script.matchAll(/resourceInputs\["(\w+)"\] = \(?args\?/g);
  return new Set([...assigned].map(([, name]) => name ?? ""));
}

function outputsIn(declarations: string): Map<string, string> {
  const own = declarations.slice(declarations.indexOf("export declare class"));
  const classBody = own.slice(0, own.indexOf("\n}\n"));
  const declared = classBody.matchAll(/readonly (\w+): pulumi\.Output<(.+)>;/g);
  const pairs = [...declared].map(([, name, type]) => [name ?? "", type ?? ""] as const);
  return new Map(pairs.filter(([, type]) => !type.includes("undefined")));
}
