import { AwsError } from "../world.ts";

/**
 * Compiles a filter pattern of simple terms, as CloudWatch Logs reads them: `a b` needs both, of
 * `?a ?b` one is enough, `-a` must not occur, quotes hold a phrase together. Case counts.
 * @throws AwsError for the structured patterns (`{…}`, `[…]`, `%…%`), which the twin does not have.
 */
export function compilePattern(pattern: string): (message: string) => boolean {
  if (/^\s*[{[%]/.test(pattern)) {
    const message = `The twin knows filter patterns of terms only, not "${pattern}".`;
    throw new AwsError("InvalidParameterException", message);
  }
  const terms = pattern.match(/[?-]?(?:"[^"]*"|[^\s"]+)/g) ?? [];
  const marked = (mark: string) =>
    terms.filter((term) => term.startsWith(mark)).map((term) => unquoted(term.slice(1)));
  const optional = marked("?");
  const excluded = marked("-");
  const required = terms.filter((term) => !/^[?-]/.test(term)).map(unquoted);
  return (message) =>
    required.every((term) => message.includes(term)) &&
    (optional.length === 0 || optional.some((term) => message.includes(term))) &&
    !excluded.some((term) => message.includes(term));
}

function unquoted(term: string): string {
  return term.replace(/^"(.*)"$/, "$1");
}
