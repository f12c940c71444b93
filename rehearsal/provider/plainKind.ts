import { createHash, randomBytes } from "node:crypto";
import { given, tags, text } from "../clouds/properties.ts";
import { AwsError, type AwsAccount, type Properties, type ResourceKind } from "../clouds/world.ts";
import { sdkShapeOf } from "./sdkShape.ts";

interface Identity {
  /** Service and resource of the ARN, from the resource's name. */
  arn(name: string): readonly [service: string, resource: string];
  /** What the provider uses as id. */
  readonly id: "name" | "arn";
}

const IDENTITIES: Readonly<Record<string, Identity>> = {
  "aws:sns/topic:Topic": { id: "arn", arn: (name) => ["sns", name] },
  "aws:sns/topicSubscription:TopicSubscription": { id: "arn", arn: (name) => ["sns", name] },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    id: "name",
    arn: (name) => ["cloudwatch", `alarm:${name}`],
  },
  "aws:cloudwatch/logGroup:LogGroup": { id: "name", arn: (name) => ["logs", `log-group:${name}`] },
  "aws:cloudwatch/dashboard:Dashboard": {
    id: "name",
    arn: (name) => ["cloudwatch", `dashboard/${name}`],
  },
};

/** A resource that only has to be remembered: its inputs, and every output that the SDK declares for it. */
export function plainKind(type: string, account: AwsAccount): ResourceKind {
  const resources = new Map<string, Properties>();
  return {
    type,
    replaceOn: ["name", "namePrefix"],
    async create(inputs) {
      const { id, outputs } = describe(type, inputs, account);
      if (resources.has(id)) {
        throw new AwsError("EntityAlreadyExists", `${type} ${id} already exists.`, 409);
      }
      resources.set(id, outputs);
      return { id, outputs };
    },
    async update(id, inputs) {
      const before = resources.get(id) ?? {};
      const outputs = { ...before, ...given(inputs), tagsAll: tags(inputs) };
      resources.set(id, outputs);
      return outputs;
    },
    async read(id) {
      const outputs = resources.get(id);
      if (!outputs) return undefined;
      const inputs = sdkShapeOf(type)?.inputs ?? new Set();
      const known = Object.entries(outputs).filter(([name]) => inputs.has(name));
      return { id, outputs, inputs: Object.fromEntries(known) };
    },
    delete: async (id) => void resources.delete(id),
  };
}

function describe(type: string, inputs: Properties, account: AwsAccount) {
  const [, module = ""] = type.split(":");
  const [service = "", resource = ""] = module.split("/");
  const name = text(inputs, "name") ?? `${resource}-${randomBytes(6).toString("hex")}`;
  const identity = IDENTITIES[type];
  const arn = account.arn(...(identity?.arn(name) ?? [service, `${resource}/${name}`]));
  const id = identity?.id === "arn" ? arn : name;
  const outputs: Record<string, unknown> = {};
  for (const [output, outputType] of sdkShapeOf(type)?.outputs ?? []) {
    outputs[output] = computed(output, outputType, { name, arn, id, account });
  }
  return { id, outputs: { ...outputs, ...given(inputs), tagsAll: tags(inputs) } };
}

interface Known {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly account: AwsAccount;
}

/** A value of the right type that can be told from every other: what the service would have made up. */
function computed(output: string, type: string, { name, arn, id, account }: Known): unknown {
  if (type === "boolean") return false;
  if (type === "number") return 0;
  if (type.endsWith("[]")) return [];
  if (type !== "string") return {};
  const known: Readonly<Record<string, string>> = {
    arn,
    name,
    region: account.region,
    owner: account.id,
    ownerId: account.id,
    accountId: account.id,
  };
  if (known[output] !== undefined) return known[output];
  if (output.endsWith("Arn")) return `${arn}/${output}`;
  const hash = createHash("sha256").update(`${id} ${output}`).digest("hex").slice(0, 12);
  return `${output}-${hash}`;
}
