/** The page's style sheet: light and dark by the reader's setting, black on white in print. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #1c2321; --soft: #5d6763; --line: #e2e0d8; --track: #edebe4;
  --good: #1d6b4f; --good-wash: #e3f1ea; --warn: #8a5a00; --warn-wash: #fbf0d9;
  --bad: #a32a21; --bad-wash: #fae5e2; --open: #2c5a84; --open-wash: #e4edf5;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #141816; --card: #1b211f; --ink: #e6e9e5; --soft: #9aa5a0; --line: #2e3633; --track: #2a322f;
    --good: #6fcfa5; --good-wash: #17352a; --warn: #e6b455; --warn-wash: #3a2d10;
    --bad: #f08b80; --bad-wash: #421c18; --open: #8fbce4; --open-wash: #1a2f42;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 3rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
}
main, header, footer { max-width: 60rem; margin: 0 auto; }
.good { --tone: var(--good); --wash: var(--good-wash); }
.warn { --tone: var(--warn); --wash: var(--warn-wash); }
.bad { --tone: var(--bad); --wash: var(--bad-wash); }
.open { --tone: var(--open); --wash: var(--open-wash); }
.none { --tone: var(--soft); --wash: var(--track); }

.kind { display: flex; justify-content: space-between; gap: 1rem; color: var(--soft); font-size: .8rem; letter-spacing: .04em; }
.kind b { color: var(--ink); font-size: .95rem; letter-spacing: 0; }
h1 { margin: 2.2rem 0 .2rem; font-size: 2.1rem; line-height: 1.2; font-weight: 650; letter-spacing: -.02em; text-wrap: balance; }
.lead { margin: 0 0 1.5rem; color: var(--soft); font-size: 1.05rem; }
.verdict { display: flex; gap: .9rem; align-items: flex-start; padding: 1rem 1.2rem; border-radius: .6rem; background: var(--wash); }
.verdict svg { flex: none; width: 1.7rem; height: 1.7rem; color: var(--tone); }
.verdict strong { display: block; color: var(--tone); font-size: 1.2rem; line-height: 1.4; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem 1.5rem; margin: 1.6rem 0 0; }
.facts dt, .figure dt { color: var(--soft); font-size: .8rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .8rem; margin: 2rem 0 0; }
.figure { padding: .9rem 1rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
.figure dd { margin: 0; }
.figure .value { font-size: 1.75rem; line-height: 1.35; font-weight: 600; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.figure.good .value, .figure.bad .value, .figure.warn .value { color: var(--tone); }
.figure .note { color: var(--soft); font-size: .8rem; line-height: 1.4; }

section { margin-top: 3rem; }
h2 { margin: 0 0 .8rem; font-size: 1.2rem; font-weight: 650; letter-spacing: -.01em; }
h2 + p { margin-top: -.4rem; color: var(--soft); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { padding: 0 .8rem .45rem 0; color: var(--soft); font-size: .8rem; font-weight: 500; text-align: left; white-space: nowrap; }
td { padding: .55rem .8rem .55rem 0; border-top: 1px solid var(--line); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
td.number, th.number { text-align: right; white-space: nowrap; }
tfoot td { border-top: 2px solid var(--line); font-weight: 600; }
code, .mono { font-family: var(--mono); font-size: .85em; overflow-wrap: anywhere; }
.sub { display: block; color: var(--soft); font-size: .85rem; }
.error { display: block; margin-top: .2rem; color: var(--bad); font-size: .9rem; }
.tag { display: inline-block; padding: 0 .5rem; border-radius: 1rem; background: var(--wash); color: var(--tone); font-size: .8rem; line-height: 1.6; white-space: nowrap; }
.duration { width: 27%; min-width: 9rem; }
.bar { display: block; height: .4rem; margin-top: .45rem; border-radius: .2rem; background: var(--track); overflow: hidden; }
.bar i { display: block; height: 100%; min-width: 2px; border-radius: .2rem; background: var(--tone); }
.wait i { background: repeating-linear-gradient(135deg, var(--soft) 0 2px, transparent 2px 6px); }
.no-return td { padding: .35rem .8rem .35rem 0; border-top: 0; background: var(--warn-wash); color: var(--warn); font-size: .85rem; font-weight: 600; }

.criteria { display: grid; gap: .1rem; margin: 0; padding: 0; list-style: none; }
.criteria li { display: grid; grid-template-columns: 1.5rem 1fr; gap: .2rem .7rem; padding: .6rem 0; border-top: 1px solid var(--line); }
.criteria svg { width: 1.25rem; height: 1.25rem; margin-top: .15rem; color: var(--tone); }
.criteria p { margin: 0; color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1.5rem 2.5rem; }
h3 { margin: 0 0 .6rem; font-size: .95rem; font-weight: 600; }
.limits { margin: 0; padding-left: 1.1rem; }
.limits li { margin-bottom: .35rem; }
details { margin-top: 1rem; border-top: 1px solid var(--line); padding-top: .7rem; }
summary { cursor: pointer; color: var(--open); }
summary:focus-visible { outline: 2px solid var(--open); outline-offset: 3px; }
pre { margin: .6rem 0; padding: .8rem 1rem; border-radius: .4rem; background: var(--track); font: .82rem/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
.seal { padding: 1.2rem 1.3rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
.seal .facts { margin-top: .2rem; }
.seal .facts div:has(code) { grid-column: 1 / -1; }
footer { margin-top: 3rem; color: var(--soft); font-size: .8rem; }

@page { margin: 16mm 14mm; }
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ccc; --track: #e8e8e8;
    --good: #1d6b4f; --good-wash: #e3f1ea; --warn: #8a5a00; --warn-wash: #fbf0d9;
    --bad: #a32a21; --bad-wash: #fae5e2; --open: #2c5a84; --open-wash: #e4edf5;
  }
  body { padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  section { margin-top: 1.6rem; }
  .facts { grid-template-columns: repeat(4, auto); }
  .figures { grid-template-columns: repeat(5, 1fr); }
  .figure { padding: .6rem .7rem; }
  .figure .value { font-size: 1.4rem; }
  h2, h3, thead { break-after: avoid; }
  tr, .figure, .criteria li, .seal { break-inside: avoid; }
  .scroll { overflow: visible; }
  details:not([open]) { display: none; }
}
`;
