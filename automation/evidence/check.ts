import { canonical } from "./canonical.ts";
import { verifyChain } from "./chain.ts";
import { renderJson, signedBytes, type Evidence } from "./document.ts";
import { embeddedJson, renderHtml } from "./html/page.ts";
import { fingerprintOf, isSignedBy } from "./sign.ts";
import { evidenceShape } from "./shape.ts";
import { summarise, type Summary } from "./summary.ts";
import type { Json } from "../step.ts";

export interface Checked {
  /** Each thing that is wrong, as a sentence; empty when the record is whole. */
  readonly findings: readonly string[];
  /** The key that signed it, if there is a signature. */
  readonly fingerprint?: string;
  /** What the reader has to do when no fingerprint was given to compare with. */
  readonly question?: string;
}

/**
 * Checks a file of evidence, HTML or JSON: that the chain of events is whole, that everything said follows from
 * the events, that the signature is over them and by the expected key, and that the file is, byte for byte, what
 * its record gives. Never throws.
 */
export function checkEvidence(
  contents: string,
  { fingerprint }: { fingerprint?: string } = {},
): Checked {
  const isPage = contents.trimStart().startsWith("<");
  const evidence = read(isPage ? embeddedJson(contents) : contents);
  if (typeof evidence === "string") return { findings: [evidence] };
  const findings = [
    ...chainFindings(evidence),
    ...summaryFindings(evidence),
    ...signatureFindings(evidence, fingerprint),
    ...fileFindings(evidence, contents, isPage),
  ];
  const signer = evidence.signature.fingerprint;
  if (fingerprint || findings.length > 0) return { findings, fingerprint: signer };
  return { findings, fingerprint: signer, question: questionOf(signer) };
}

/** The evidence in a file, or a sentence that says why it is none. */
function read(json: string | undefined): Evidence | string {
  if (json === undefined)
    return "The page holds no evidence: the JSON that belongs in it is missing.";
  try {
    const evidence: unknown = JSON.parse(json);
    evidenceShape.parse(evidence);
    return evidence as Evidence;
  } catch {
    return "The file is no evidence of godwit, or the JSON in it was damaged.";
  }
}

function chainFindings({ events }: Evidence): string[] {
  const broken = verifyChain(events);
  return broken ? [`The chain is broken: ${broken.sentence}`] : [];
}

/** Names the parts of the record that do not follow from its events. */
function summaryFindings(evidence: Evidence): string[] {
  let told: Summary;
  try {
    told = summarise(evidence.events);
  } catch (error) {
    return [
      `The events do not tell a run: ${error instanceof Error ? error.message : String(error)}`,
    ];
  }
  const { events, signature, ...said } = evidence;
  const names = new Set([...Object.keys(told), ...Object.keys(said)]);
  const changed = [...names].filter((name) => partOf(told, name) !== partOf(said, name));
  return changed.map((name) => `“${name}” was changed: it is not what the events tell.`);
}

function partOf(summary: Summary, name: string): string {
  return canonical((summary as unknown as Record<string, Json>)[name] ?? null);
}

function signatureFindings({ signature, ...evidence }: Evidence, expected?: string): string[] {
  const { publicKey, fingerprint } = signature;
  const bytes = signedBytes(evidence, evidence.events);
  if (!isSignedBy(signature, bytes)) return ["The signature does not fit the record."];
  const actual = fingerprintOf(publicKey);
  const findings: string[] = [];
  if (fingerprint !== actual) findings.push("The fingerprint shown is not that of the key.");
  if (expected && expected !== actual) {
    findings.push(`The record was signed by another key: ${actual}, not ${expected}.`);
  }
  return findings;
}

function fileFindings(evidence: Evidence, contents: string, isPage: boolean): string[] {
  if (contents === (isPage ? renderHtml(evidence) : renderJson(evidence))) return [];
  return isPage
    ? [
        "The page was changed: it is not what its own record gives. (Another version of godwit may word a page differently: make it anew from the JSON to compare.)",
      ]
    : ["The file was changed: it is not spelled as its record gives."];
}

function questionOf(fingerprint: string): string {
  return (
    `The record is whole, and signed by the key ${fingerprint}. Whether that key is the right one only you can know: ` +
    "compare it with the fingerprint you were given by a way you trust, or give that one to the check."
  );
}
