import { dirname, relative, resolve, sep } from "node:path";

/**
 * Which of our own folders a folder may import (itself always); the house of docs/architecture.md. What is not
 * listed, such as tests, may import everything.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const MAY_IMPORT = {
  "index.ts": ["components"],
  components: [],
  policy: [],
  automation: ["tools"],
  transfer: [],
  appkit: [],
  // The settings' schema is one description of what is right, for the program and for the runs.
  runbooks: ["automation", "transfer", "components/config.ts", "components/bucketNames.ts"],
  rehearsal: [
    "components",
    "automation",
    "runbooks",
    "transfer",
    "appkit",
    "policy",
    "index.ts",
    "tools",
  ],
  tools: [],
};

const CLI = "automation/cli.ts";
const CLI_STARTER = "bin";
/** The command line alone knows the migrations, and loads the rehearsal and the policy only when they are asked for. */
const CLI_MAY_IMPORT = "runbooks/index.ts";
/** The policy is used without the command line, too; so it must not know it, nor be known by the rest of `automation/`. */
const CLI_MAY_LOAD = ["rehearsal", "policy"];

/**
 * Why `file` must not import `target` (paths from the root of the checkout, with `/`); undefined when it may.
 * @param {string} file
 * @param {string} target
 * @param {boolean} dynamic
 * @param {Readonly<Record<string, readonly string[]>>} mayImport
 * @returns {string | undefined}
 */
export function forbidden(file, target, dynamic, mayImport = MAY_IMPORT) {
  const from = place(file);
  const to = place(target);
  if (target === CLI) {
    return from === CLI_STARTER ? undefined : `${CLI} is a program: run it, don't import it.`;
  }
  if (file === CLI && (target === CLI_MAY_IMPORT || (dynamic && CLI_MAY_LOAD.includes(to))))
    return undefined;
  if (from === to || !(from in mayImport)) return undefined;
  const allowed = mayImport[from] ?? [];
  if (allowed.includes(to) || allowed.includes(target)) return undefined;
  const list = allowed.length > 0 ? `only ${allowed.join(", ")}` : "nothing of ours";
  return `${from} may import ${list}, not ${to} (docs/architecture.md).`;
}

/** @param {string} path */
function place(path) {
  return path.split("/", 1)[0] ?? path;
}

/** Reports imports against the arrows, static, dynamic or of types. @type {import("eslint").Rule.RuleModule} */
export const importArrows = {
  // The table comes as the option, so that a change of it makes ESLint's cache stale.
  meta: { type: "problem", schema: [{ type: "object" }], messages: { forbidden: "{{why}}" } },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join("/");
    /** @param {any} node @param {any} source @param {boolean} dynamic */
    const check = (node, source, dynamic) => {
      const path = source?.value;
      if (typeof path !== "string" || !path.startsWith(".")) return;
      const target = relative(context.cwd, resolve(dirname(context.filename), path));
      const why = forbidden(file, target.split(sep).join("/"), dynamic, context.options[0]);
      if (why) context.report({ node, messageId: "forbidden", data: { why } });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source, false),
      ExportNamedDeclaration: (node) => check(node, node.source, false),
      ExportAllDeclaration: (node) => check(node, node.source, false),
      ImportExpression: (node) => check(node, node.source, true),
      TSImportType: (/** @type {any} */ node) => check(node, node.source ?? node.argument, false),
    };
  },
};
