import type { Evidence } from "../document.ts";
import { moment } from "../format.ts";
import { oneLine } from "../facts.ts";
import { markup, type Markup } from "./markup.ts";
import { facts, section, table } from "./parts.ts";

/** Why the page can be believed: the chain of events, the signature over it, and how to check both. */
export function sealSection(evidence: Evidence): Markup {
  const { events, signature } = evidence;
  const content = markup`<div class="seal">${facts([
    ["Events in the chain", events.length],
    ["Signed with", signature.algorithm],
    ["Versions", oneLine(evidence.toolVersions)],
    ["Hash of the last event", markup`<code>${events.at(-1)?.hash}</code>`],
    ["Fingerprint of the key", markup`<code>${signature.fingerprint}</code>`],
  ])}
<p>Each event carries the hash of the one before it, and the signature is over the last. Everything on this page is
made from the events, which lie in the page as JSON. To check that nothing was changed:</p>
<pre>npx godwit report --check &lt;this file&gt;</pre>
<p>Compare the fingerprint with the one you were given by a way you trust.</p>
<details><summary>Public key and signature</summary><pre>${signature.publicKey}</pre><pre>${signature.value}</pre></details>
${eventsTable(evidence)}</div>`;
  return section("seal", "Chain and signature", content);
}

function eventsTable({ events }: Evidence): Markup {
  const rows = events.map(({ seq, at, type, key, hash }) => [
    seq,
    moment(at),
    markup`${type}<span class="sub">${key}</span>`,
    markup`<code>${hash.slice(0, 16)}…</code>`,
  ]);
  const columns = [
    { title: "No.", number: true },
    { title: "When" },
    { title: "Event" },
    { title: "Hash begins" },
  ];
  return markup`<details><summary>All ${events.length} events</summary>${table(columns, rows)}</details>`;
}
