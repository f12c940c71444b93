import { randomBytes } from "node:crypto";
import { text } from "../clouds/properties.ts";
import {
  AwsError,
  type AwsAccount,
  type CheckFailure,
  type Part,
  type Properties,
  type ResourceKind,
} from "../clouds/world.ts";
import { diffOf, INPUT_NAMES, knownOnly, type Diff } from "./diff.ts";
import { plainKind } from "./plainKind.ts";
import { randomKinds } from "./random.ts";
import { sdkShapeOf } from "./sdkShape.ts";

/** What the plugins ask, with the resource it is about. */
export interface ResourceRequest {
  readonly type: string;
  /** Name of the resource in the program. */
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  /** Outputs as the stack's state has them. */
  readonly state: Properties;
}

export interface ResourceResponse {
  readonly id: string;
  readonly outputs: Properties;
  readonly inputs?: Properties;
  /** Names of the properties to mark as secret. */
  readonly secrets: readonly string[];
}

export interface ProviderOptions {
  readonly account: AwsAccount;
  /** Throws when calls of this API action are to be denied. */
  assertAllowed(service: string, action: string): void;
}

/** All resource types and functions of the twin's clouds, as the provider plugins see them. */
export class Provider {
  readonly #options: ProviderOptions;
  readonly #kinds = new Map<string, ResourceKind>();
  readonly #functions = new Map<string, (args: Properties) => Promise<Properties>>();

  constructor(options: ProviderOptions) {
    this.#options = options;
    this.add({ kinds: randomKinds });
  }

  add({ kinds = [], functions = {} }: Pick<Part, "kinds" | "functions">): void {
    for (const kind of kinds) this.#kinds.set(kind.type, kind);
    for (const [token, run] of Object.entries(functions)) this.#functions.set(token, run);
  }

  /** Completes the inputs with a generated name where the type takes one, and says what is wrong with them. */
  check(request: ResourceRequest): { inputs: Properties; failures: readonly CheckFailure[] } {
    const { type, name, inputs, state } = request;
    const named = "name" in inputs || "namePrefix" in inputs;
    const takesName = type.startsWith("aws:") && sdkShapeOf(type)?.inputs.has("name");
    const generated = () =>
      text(state, "name") ?? `${name}-${randomBytes(4).toString("hex").slice(1)}`;
    const complete = takesName && !named ? { ...inputs, name: generated() } : inputs;
    return { inputs: complete, failures: this.#kind(type).check?.(knownOnly(complete)) ?? [] };
  }

  diff({ type, inputs, state }: ResourceRequest): Diff {
    return diffOf(state, inputs, this.#kind(type).replaceOn);
  }

  async create({ type, inputs }: ResourceRequest): Promise<ResourceResponse> {
    const kind = this.#kind(type);
    this.#assertAllowed(kind, "create");
    const { id, outputs } = await kind.create(inputs);
    return this.#response(kind, id, outputs, Object.keys(inputs));
  }

  async update({ type, id, inputs, state }: ResourceRequest): Promise<ResourceResponse> {
    const kind = this.#kind(type);
    this.#assertAllowed(kind, "update");
    const outputs = await kind.update(id, inputs, state);
    return this.#response(kind, id, outputs, Object.keys(inputs));
  }

  /** An id of "" says that there is no such resource; inputs are given to an import only. */
  async read({ type, id, state }: ResourceRequest): Promise<ResourceResponse> {
    const kind = this.#kind(type);
    this.#assertAllowed(kind, "read");
    const found = await kind.read(id, state);
    if (!found) return { id: "", outputs: {}, secrets: [] };
    const importing = state[INPUT_NAMES] === undefined;
    const names = importing ? Object.keys(found.inputs) : (state[INPUT_NAMES] as readonly string[]);
    const response = this.#response(kind, found.id, found.outputs, names);
    return importing ? { ...response, inputs: found.inputs } : response;
  }

  async delete({ type, id, state }: ResourceRequest): Promise<void> {
    const kind = this.#kind(type);
    this.#assertAllowed(kind, "delete");
    await kind.delete(id, state);
  }

  /** Calls a data source. */
  async invoke(token: string, args: Properties): Promise<Properties> {
    const run = this.#functions.get(token);
    if (run) return run(args);
    const known = [...this.#functions.keys()].join(", ");
    throw new AwsError("InvalidAction", `The twin does not have ${token}; it has ${known}.`, 404);
  }

  #kind(type: string): ResourceKind {
    const known = this.#kinds.get(type);
    if (known) return known;
    const plain = plainKind(type, this.#options.account);
    this.#kinds.set(type, plain);
    return plain;
  }

  #assertAllowed(kind: ResourceKind, verb: "create" | "update" | "read" | "delete"): void {
    const [service, action] = kind.actions?.[verb]?.split(":") ?? [];
    if (service && action) this.#options.assertAllowed(service, action);
  }

  #response(
    kind: ResourceKind,
    id: string,
    outputs: Properties,
    inputNames: readonly string[],
  ): ResourceResponse {
    const region = kind.type.startsWith("aws:") && { region: this.#options.account.region };
    return {
      id,
      outputs: { ...region, ...outputs, [INPUT_NAMES]: inputNames },
      secrets: kind.secrets ?? [],
    };
  }
}
