import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { usageError } from "./errors.ts";
import type { Attestation } from "./policyPack.ts";

/** Where a project keeps them, from its folder. */
export const ATTESTATIONS = join("policy", "attestations.yaml");

/**
 * Reads what people have given their word for; nothing where there is no such file.
 *
 * @param items names of what can be attested
 * @throws a usage error that names the first thing that is wrong
 */
export function readAttestations(workDir: string, items: readonly string[]): Attestation[] {
  const path = join(workDir, ATTESTATIONS);
  const text = textOf(path);
  if (text === undefined) return [];
  const parsed = schemaOf(items).safeParse(yamlOf(path, text) ?? []);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrongFile(path, `${issue!.path.join(".")}: ${issue!.message}`);
}

function schemaOf(items: readonly string[]) {
  const word = z.string().min(1);
  return z.array(
    z.strictObject({
      item: z.enum(items),
      of: word.optional(),
      owner: word,
      date: z.iso.date("must be a day, such as 2026-10-01"),
      proof: word.optional(),
    }),
  );
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function yamlOf(path: string, text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw wrongFile(path, (error as Error).message);
  }
}

function wrongFile(path: string, what: string) {
  return usageError(
    "bad-attestations",
    `${path} is wrong: ${what}`,
    "Each entry is { item, owner, date } with of and proof where they are known: docs/policy.md.",
  );
}
