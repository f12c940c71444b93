import type { Evidence } from "../document.ts";
import { verdictOf } from "../verdict.ts";
import { markup, trusted } from "./markup.ts";
import { masthead } from "./masthead.ts";
import { sealSection } from "./seal.ts";
import {
  approvalsSection,
  costSection,
  criteriaSection,
  limitsSection,
  policySection,
  stackSection,
  switchesSection,
  trafficSection,
  verificationSection,
} from "./sections.ts";
import { stepsSection } from "./steps.ts";
import { STYLE } from "./style.ts";

const OPEN = '<script type="application/json" id="evidence">';
const CLOSE = "</script>";

/**
 * The evidence as one HTML page that needs nothing beside itself: no script, no network. The same evidence gives
 * the same bytes everywhere, so that a check can compare.
 */
export function renderHtml(evidence: Evidence): string {
  const title = `${evidence.runbook}: ${verdictOf(evidence).headline}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>${masthead(evidence)}
<main>${sections(evidence)}
</main>
<footer>Run <code>${evidence.run}</code>, format ${evidence.format}.</footer>
${trusted(OPEN + embedded(evidence) + CLOSE)}
</body>
</html>
`.text;
}

/** The JSON inside a page of evidence; undefined when there is none. */
export function embeddedJson(page: string): string | undefined {
  const start = page.indexOf(OPEN);
  const end = page.indexOf(CLOSE, start);
  return start < 0 || end < 0 ? undefined : page.slice(start + OPEN.length, end);
}

function sections(evidence: Evidence) {
  return [
    criteriaSection(evidence),
    stepsSection(evidence),
    switchesSection(evidence),
    verificationSection(evidence),
    trafficSection(evidence),
    approvalsSection(evidence),
    stackSection(evidence),
    policySection(evidence),
    costSection(evidence),
    limitsSection(evidence),
    sealSection(evidence),
  ];
}

/** JSON in which no text can end the script element or begin a comment in it. */
function embedded(evidence: Evidence): string {
  const escaped = (character: string) => `\\u00${character.charCodeAt(0).toString(16)}`;
  return JSON.stringify(evidence).replace(/[<>&]/g, escaped);
}
