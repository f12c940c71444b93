import * as pulumi from "@pulumi/pulumi";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime/index.js";
import { valueOf } from "./outputs.ts";

type Properties = Record<string, unknown>;

/** A resource that a program has declared. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** What the provider is given, secrets unwrapped. */
  readonly inputs: Properties;
  /** Names of the inputs that are secret. */
  readonly secretInputs: string[];
  readonly options: pulumi.CustomResourceOptions;
}

/** Stands for the engine: records what is declared, and answers what the cloud would. */
export class MockCloud {
  /** Look-ups that the program made: `aws:kms/getAlias:getAlias`. */
  readonly calls: { token: string; inputs: Properties }[] = [];
  /** What the cloud says to a look-up, by its token, where a suite knows better. */
  readonly answers: Record<string, Properties> = {};
  /** What the cloud computes for a resource, by its type, where a suite knows better. */
  readonly states: Record<string, (inputs: Properties) => Properties> = {};
  readonly #registered: MockResourceArgs[] = [];
  #seen: { resource: pulumi.Resource; options: pulumi.CustomResourceOptions }[] = [];

  /** Puts itself in the engine's place. Call it before the modules under test are imported. */
  async install(stack = "test"): Promise<void> {
    await pulumi.runtime.setMocks(
      {
        newResource: (args) => {
          this.#registered.push(args);
          const inputs = args.inputs as Properties;
          const state = { ...inputs, ...(this.states[args.type]?.(inputs) ?? stateOf(args)) };
          return { id: idOf(args), state };
        },
        call: (args) => {
          this.calls.push({ token: args.token, inputs: args.inputs as Properties });
          return this.answers[args.token] ?? answerOf(args);
        },
      },
      "godwit",
      stack,
      false,
      "organization",
    );
  }

  reset(): void {
    this.calls.length = 0;
    this.#registered.length = 0;
    this.#seen = [];
  }

  /** For a component under test, as its `transformations`: notes every child with its options. */
  readonly watch: pulumi.ResourceTransformation = ({ resource, opts }) => {
    this.#seen.push({ resource, options: opts });
    return undefined;
  };

  /** Everything declared under a watched component, itself first, in order of declaration. */
  async declared(): Promise<Declared[]> {
    const urns = await Promise.all(this.#seen.map(({ resource }) => valueOf(resource.urn)));
    return urns.map((urn, i) => {
      const name = urn.slice(urn.lastIndexOf("::") + 2);
      const type = urn.split("::")[2]!.split("$").at(-1)!;
      const registered = this.#registered.find((r) => r.name === name && r.type === type);
      const given = Object.entries((registered?.inputs ?? {}) as Properties);
      return {
        type,
        name,
        urn,
        inputs: Object.fromEntries(given.map(([input, value]) => [input, unwrapped(value)])),
        secretInputs: given.flatMap(([input, value]) => (isWrapped(value) ? [input] : [])),
        options: this.#seen[i]!.options,
      };
    });
  }
}

/** How a secret travels to the engine. */
const SECRET = {
  key: "4dabf18193072939515e22adb298388d",
  value: "1b47061264138c4ac30d75fd1eb44270",
};

function isWrapped(value: unknown): value is { value: unknown } {
  return (value as Properties | undefined)?.[SECRET.key] === SECRET.value;
}

function unwrapped(value: unknown): unknown {
  return isWrapped(value) ? value.value : value;
}

function idOf({ name, id }: MockResourceArgs): string {
  return id !== undefined && id !== "" ? id : `${name}-id`;
}

/** What the cloud fills in. */
function stateOf({ type, name, inputs }: MockResourceArgs): Properties {
  const { replicationGroupId } = inputs as Properties;
  switch (type) {
    case "aws:kms/key:Key":
      return { arn: "arn:aws:kms:us-east-1:123456789012:key/new", keyId: "new" };
    case "random:index/randomPassword:RandomPassword":
      return { result: `mock-${/second/.test(name) ? "Second" : "Token"}-0123456789-abcdefghij` };
    case "aws:elasticache/cluster:Cluster":
      return {
        cacheNodes: [{ id: "0001", address: "source.cache.test", port: 6379 }],
        securityGroupIds: ["sg-0acmecache"],
      };
    case "aws:lb/loadBalancer:LoadBalancer":
      return { arn: `arn:aws:mock:us-east-1:123456789012:${name}`, dnsName: `${name}.elb.test` };
    case "aws:ec2/instance:Instance":
      return { privateIp: `address of ${name}` };
    case "aws:elasticache/replicationGroup:ReplicationGroup":
      return {
        primaryEndpointAddress: `master.${String(replicationGroupId)}.cache.test`,
        readerEndpointAddress: `replica.${String(replicationGroupId)}.cache.test`,
      };
    default:
      return { arn: `arn:aws:mock:us-east-1:123456789012:${name}` };
  }
}

function zoneOf(subnetId: string): string {
  return subnetId.endsWith("2") ? "us-east-1b" : "us-east-1a";
}

function answerOf({ token, inputs }: MockCallArgs): Properties {
  const asked = inputs as Properties;
  switch (token) {
    case "aws:kms/getAlias:getAlias":
      return { ...asked, targetKeyArn: "arn:aws:kms:us-east-1:123456789012:key/found" };
    case "aws:ec2/getSubnet:getSubnet":
      // As in the twin: the first subnet is in zone a, the second in zone b.
      return { ...asked, vpcId: "vpc-0acme", availabilityZone: zoneOf(String(asked["id"])) };
    case "aws:ec2/getVpc:getVpc":
      return { ...asked, cidrBlock: "10.20.0.0/16" };
    case "aws:ssm/getParameter:getParameter":
      return { ...asked, value: `newest ${String(asked["name"])}` };
    default:
      return {};
  }
}
