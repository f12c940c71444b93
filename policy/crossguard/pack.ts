import { PolicyPack } from "@pulumi/policy";
import type {
  PolicyResource,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { evaluate } from "../index.ts";
import type { PolicyReport } from "../index.ts";
import type { Resource } from "../plan.ts";
import type { Rule } from "../rule.ts";
import { rules } from "../rules/index.ts";
import { targetOf } from "./target.ts";

/** Serves the rules to Pulumi's engine, one policy a rule; a process serves one operation on one stack. */
export function serve(): void {
  // Pulumi reads the pack's version from the folder that the process is in.
  process.chdir(import.meta.dirname);
  const policies = [inputs(), ...rules.map(asPolicy), waiversInForce, waived, undecided];
  new PolicyPack("godwit-hipaa", { enforcementLevel: "mandatory", policies });
}

/** What the program asks for, by URN. A stack is judged at the end, and then the engine tells outputs only. */
const asked = new Map<string, Resource["inputs"]>();

function inputs(): ResourceValidationPolicy {
  return {
    name: "inputs",
    description: "Notes what is asked for, and judges nothing.",
    enforcementLevel: "advisory",
    validateResource: ({ urn, props }) => void asked.set(urn, plain(props)),
  };
}

function asPolicy({ id, holds, remedy, hipaa, cdkNag }: Rule): StackValidationPolicy {
  const source = [hipaa, cdkNag].filter(Boolean).join(", ");
  return {
    name: id,
    description: `${holds} [${source}]`,
    validateStack: (stack, report) => {
      const findings = judge(stack).findings.filter(({ rule }) => rule === id);
      for (const { resource, problem, urn } of findings) {
        report(`${resource} ${problem}. ${remedy}`, urn);
      }
    },
  };
}

const waiversInForce: StackValidationPolicy = {
  name: "waivers-in-force",
  description: "no waiver has expired, and each covers something",
  validateStack: (stack, report) => {
    for (const { rule, resources, owner, problem, remedy } of judge(stack).waiverProblems) {
      report(`${rule}: the waiver of ${owner} for ${resources.join(", ")} ${problem}. ${remedy}`);
    }
  },
};

const waived: StackValidationPolicy = {
  name: "waived",
  description: "rules that are broken, and for which somebody answers",
  enforcementLevel: "advisory",
  validateStack: (stack, report) => {
    for (const { rule, resource, problem, reason, owner, expires, urn } of judge(stack).waived) {
      report(`${rule}: ${resource} ${problem}. ${reason} (${owner}, until ${expires})`, urn);
    }
  },
};

const undecided: StackValidationPolicy = {
  name: "undecided",
  description: "rules that cannot be judged before the update",
  enforcementLevel: "advisory",
  validateStack: (stack, report) => {
    for (const { rule, resource, urn } of judge(stack).undecided) {
      report(`${rule}: known only after the update (${resource})`, urn);
    }
  },
};

function judge({ resources }: StackValidationArgs): PolicyReport {
  const today = new Date().toISOString().slice(0, 10);
  const declared = resources.map(asDeclared);
  const [, , stack = ""] = (declared[0]?.urn ?? "").split(":");
  return evaluate({
    target: targetOf(declared),
    stack,
    resources: declared,
    attestations: [],
    today,
  });
}

function asDeclared({ urn, type, name, props }: PolicyResource): Resource {
  const outputs = plain(props);
  const id = idIn(outputs);
  return { urn, type, name, ...(id && { id }), inputs: asked.get(urn) ?? outputs };
}

/** The engine tells a pack no ids: most are among the outputs, and an ARN ends with one. */
function idIn({ id, arn }: Resource["inputs"]): string | undefined {
  if (typeof id === "string") return id;
  return typeof arn === "string" ? arn.split(/[:/]/).at(-1) : undefined;
}

/** Properties with the engine's marks for what is not known yet, at which the SDK's own view throws. */
function plain(props: object): Resource["inputs"] {
  const properties = Object.entries(Object.getOwnPropertyDescriptors(props));
  return Object.fromEntries(
    properties.map(([name, { value }]): [string, unknown] => [name, value]),
  );
}
