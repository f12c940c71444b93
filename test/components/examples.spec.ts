import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { parseSettings, SettingsError } from "../../components/config.ts";
import type { Problem } from "../../components/config.ts";
import { exampleAt, knownNames } from "../../components/config/describe.ts";
import { keyOf } from "../../components/config/problems.ts";
import { settingsSchemas, targets } from "../../components/config/schema.ts";
import type { Target } from "../../components/config/schema.ts";
import { rawCdnStack } from "./cdn/settings.ts";
import { rawHetzner } from "./hetzner/settings.ts";
import { rawHipaaStack } from "./hipaa/settings.ts";
import { rawWebStack } from "./web/settings.ts";
import { rawSettings } from "./settings.ts";
import type { RawSettings } from "./settings.ts";

const asRaw = (config: Record<string, unknown>): RawSettings =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );

/** Right settings of a stack of each target. */
const rightSettings: Record<Target, RawSettings> = {
  web: rawWebStack(),
  redis: rawSettings(),
  cdn: rawCdnStack(),
  hetzner: rawHetzner(),
  hipaa: rawHipaaStack(),
};

/** Every setting that a target has, by path. */
function everyPath(target: Target, path: readonly string[] = []): string[][] {
  const here = knownNames(settingsSchemas[target], path).map((name) => [...path, name]);
  return here.flatMap((inner) => [inner, ...everyPath(target, inner)]);
}

/** Right settings, with `value` put at `path`. */
function settingsWith(
  base: RawSettings,
  [head, ...rest]: readonly string[],
  value: unknown,
): RawSettings {
  const key = `godwit:${head}`;
  if (rest.length === 0) return { ...base, ...asRaw({ [key]: value }) };
  const whole = JSON.parse(base[key] ?? "{}") as Record<string, unknown>;
  let inner = whole;
  for (const part of rest.slice(0, -1)) {
    inner[part] = { ...(inner[part] as object | undefined) };
    inner = inner[part] as Record<string, unknown>;
  }
  inner[rest.at(-1)!] = value;
  return { ...base, ...asRaw({ [key]: whole }) };
}

function problemsAt(key: string, raw: RawSettings): Problem[] {
  try {
    parseSettings(raw);
    return [];
  } catch (error) {
    return (error as SettingsError).problems.filter(
      (problem) => problem.key === key && !/^(has both|is set)/.test(problem.wrong),
    );
  }
}

for (const target of targets) {
  describe(`examples of target ${target}`, () => {
    const schema = settingsSchemas[target];
    const paths = everyPath(target);

    it("are there for every setting", () => {
      expect(paths.length).to.be.greaterThan(40);
      const without = paths.filter((path) => exampleAt(schema, path) === undefined);
      expect(without).to.deep.equal([]);
    });

    for (const path of paths) {
      it(`of ${keyOf(path)} are right`, () => {
        const raw = settingsWith(rightSettings[target], path, exampleAt(schema, path));
        expect(problemsAt(keyOf(path), raw)).to.deep.equal([]);
      });
    }
  });
}

describe("the stacks' files", () => {
  const read = (stack: string) => {
    const url = new URL(`../../Pulumi.${stack}.yaml`, import.meta.url);
    return parse(readFileSync(url, "utf8")) as {
      secretsprovider: string;
      config: Record<string, unknown>;
    };
  };

  it("of staging is right, and is no production", () => {
    const { config, secretsprovider } = read("staging");
    expect(secretsprovider).to.equal("passphrase");
    expect(parseSettings(asRaw(config))).to.include({ stage: "prepare", production: false });
  });

  it("of production is right, and keeps its secrets by a key of the cloud's", () => {
    const { config, secretsprovider } = read("prod");
    expect(secretsprovider).to.match(/^awskms:\/\//);
    expect(parseSettings(asRaw(config))).to.include({ stage: "prepare", production: true });
  });

  it("name different applications, since names in one account must differ", () => {
    const [staging, prod] = ["staging", "prod"].map((stack) => read(stack).config["godwit:app"]);
    expect(staging).not.to.equal(prod);
  });
});
