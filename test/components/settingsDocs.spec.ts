import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { knownNames } from "../../components/config/describe.ts";
import { keyOf } from "../../components/config/problems.ts";
import { settingsSchemas, targets, type Target } from "../../components/config/schema.ts";
import { settingsTable, type SettingRow } from "../../components/config/table.ts";

const PAGE = fileURLToPath(new URL("../../docs/settings.md", import.meta.url));
const TABLE = /(?<=<!-- prettier-ignore-start -->\n)[\s\S]*(?=<!-- prettier-ignore-end -->)/;
const HEAD = ["setting", "targets", "form", "default", "example", "secret"];

const cellsOf = ({ key, targets: having, form, byDefault, example, secret }: SettingRow) => [
  code(key),
  having,
  plain(form),
  byDefault === "required" ? byDefault : code(byDefault),
  code(example),
  secret,
];
const code = (text: string) => (text === "" ? "" : `\`${plain(text)}\``);
const plain = (text: string) => text.replaceAll("|", "\\|");
const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

function rendered(): string {
  const lines = [HEAD, HEAD.map(() => "---"), ...settingsTable().map(cellsOf)].map(line);
  return `\n${lines.join("\n")}\n\n`;
}

describe("docs/settings.md", () => {
  const rows = settingsTable();

  it("lists every setting of every target as the schemas have it (GODWIT_WRITE_DOCS=1 writes it)", () => {
    const page = readFileSync(PAGE, "utf8");
    const right = page.replace(TABLE, () => rendered());
    if (process.env["GODWIT_WRITE_DOCS"]) writeFileSync(PAGE, right);
    const lines = (text: string) => text.split("\n");
    expect(lines(readFileSync(PAGE, "utf8"))).to.deep.equal(lines(right));
  });

  it("misses no name that the schemas know", () => {
    const named = new Set(rows.map(({ key }) => key.replaceAll("[]", "")));
    for (const target of targets) for (const key of everyKey(target)) expect(named).to.include(key);
  });

  it("says of each setting what it must be, and a default or an example, once", () => {
    for (const { key, form, example, byDefault } of rows) {
      expect(form, key).not.to.equal("");
      expect(form, key).not.to.contain("must be");
      if (!form.endsWith("map, as follows") && !/; must/.test(form))
        expect(example + byDefault, key).not.to.equal("");
    }
    const ids = rows.flatMap(({ key, targets: having }) =>
      having.split(", ").map((target) => `${key} of ${target}`),
    );
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it("marks what is to be encrypted", () => {
    const secrets = rows.filter(({ secret }) => secret !== "");
    expect(secrets.map(({ key, secret }) => [key, secret])).to.deep.include.members([
      ["godwit:hipaa.certificate.import.privateKey", "yes"],
      ["godwit:application.check.headers", "by name"],
    ]);
    expect(secrets.map(({ key }) => key)).not.to.include.members(["godwit:tokenRotation"]);
  });
});

/** Every setting that a target has outside of lists, as a key. */
function everyKey(target: Target, path: readonly string[] = []): string[] {
  return knownNames(settingsSchemas[target], path).flatMap((name) => [
    keyOf([...path, name]),
    ...everyKey(target, [...path, name]),
  ]);
}
