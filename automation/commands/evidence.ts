import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "../engine/database.ts";
import { readEvents } from "../engine/events.ts";
import { renderJson, sealEvidence, type Evidence } from "../evidence/document.ts";
import { renderHtml } from "../evidence/html/page.ts";
import { fingerprintOf, openSigner } from "../evidence/sign.ts";
import { godwitHome } from "../home.ts";

/** Seals a run's evidence as it stands, writes it as HTML and JSON, and returns the page's path. */
export async function writeEvidence(db: Database, run: string): Promise<string> {
  const evidence = await evidenceOf(db, run);
  const folder = join(godwitHome(), "runs", run);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "evidence.json"), renderJson(evidence));
  const page = join(folder, "evidence.html");
  await writeFile(page, renderHtml(evidence));
  return page;
}

export async function evidenceOf(db: Database, run: string): Promise<Evidence> {
  return await sealEvidence(await readEvents(db, run), await signer());
}

/** Fingerprint of the key that this home signs with. */
export async function ownFingerprint(): Promise<string> {
  return fingerprintOf(await (await signer()).publicKey());
}

/** Setting that names the signing key: a file's path, or `awskms:` and an alias. */
export const EVIDENCE_KEY = "GODWIT_EVIDENCE_KEY";

/** The key that was given, else one of this home's own, made at its first use. */
async function signer() {
  const given = process.env[EVIDENCE_KEY];
  if (given) return await openSigner(given);
  return await openSigner(join(godwitHome(), "evidence.key"), { create: true });
}
