const QUOTE = 34;
const APOSTROPHE = 39;
const BACKSLASH = 92;
const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\x07" };

/** White space as the server sees it. */
function isSpace(byte: number | undefined): boolean {
  return byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13) || byte === 0;
}

/**
 * The words of an inline command, quoted as in the server's `sdssplitargs`; undefined when quotes are unbalanced,
 * which the server answers with a protocol error.
 */
export function splitInline(line: Buffer): Buffer[] | undefined {
  const words: Buffer[] = [];
  let at = 0;
  for (;;) {
    while (isSpace(line[at])) at += 1;
    if (at >= line.length) return words;
    const word = readWord(line, at);
    if (word === undefined) return undefined;
    words.push(word.value);
    at = word.end;
  }
}

function readWord(line: Buffer, from: number): { value: Buffer; end: number } | undefined {
  let text = "";
  let at = from;
  while (at < line.length && !isSpace(line[at])) {
    const byte = line[at]!;
    if (byte !== QUOTE && byte !== APOSTROPHE) {
      text += String.fromCharCode(byte);
      at += 1;
      continue;
    }
    const quoted = readQuoted(line, at + 1, byte);
    // A closing quote must be followed by white space or the end.
    if (quoted === undefined) return undefined;
    if (quoted.end < line.length && !isSpace(line[quoted.end])) return undefined;
    text += quoted.text;
    at = quoted.end;
  }
  return { value: Buffer.from(text, "latin1"), end: at };
}

function readQuoted(line: Buffer, from: number, quote: number) {
  let text = "";
  for (let at = from; at < line.length; at++) {
    const byte = line[at]!;
    if (byte === quote) return { text, end: at + 1 };
    if (byte !== BACKSLASH || at + 1 >= line.length) text += String.fromCharCode(byte);
    else if (quote === APOSTROPHE) {
      if (line[at + 1] === APOSTROPHE) at += 1;
      text += String.fromCharCode(line[at]!);
    } else {
      const hex = /^x([0-9a-f]{2})/i.exec(line.toString("latin1", at + 1, at + 4));
      const next = String.fromCharCode(line[at + 1]!);
      text += hex ? String.fromCharCode(parseInt(hex[1]!, 16)) : (ESCAPED[next] ?? next);
      at += hex ? 3 : 1;
    }
  }
  return undefined;
}
