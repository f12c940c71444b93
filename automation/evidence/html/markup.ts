/** A piece of HTML that is safe to put on the page as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Insert = Markup | string | number | undefined | false | readonly Insert[];

/** HTML as a template: everything inserted is escaped unless it is itself markup. */
export function markup(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...inserts.map(toHtml)));
}

/** Text that is HTML already, such as a style sheet; never for anything that comes from a run. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function toHtml(insert: Insert): string {
  if (insert === undefined || insert === false) return "";
  if (insert instanceof Markup) return insert.text;
  if (typeof insert === "object") return insert.map(toHtml).join("");
  return String(insert).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
