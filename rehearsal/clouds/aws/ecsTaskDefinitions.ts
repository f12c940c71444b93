import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  Tag,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import { AwsError, type AwsAccount } from "../world.ts";

export interface RegisteredTaskDefinition {
  readonly definition: TaskDefinition & { readonly taskDefinitionArn: string };
  readonly tags: readonly Tag[];
}

/** Task definitions by family; a revision, once registered, never changes. */
export class TaskDefinitions {
  readonly #account: AwsAccount;
  readonly #families = new Map<string, RegisteredTaskDefinition[]>();

  constructor(account: AwsAccount) {
    this.#account = account;
  }

  register(input: RegisterTaskDefinitionCommandInput): RegisteredTaskDefinition {
    const family = validFamily(input.family);
    const revisions = this.#families.get(family) ?? [];
    const revision = revisions.length + 1;
    const { tags = [], ...described } = input;
    const registered: RegisteredTaskDefinition = {
      definition: {
        ...described,
        family,
        containerDefinitions: validContainers(input.containerDefinitions),
        taskDefinitionArn: this.#account.arn("ecs", `task-definition/${family}:${revision}`),
        revision,
        status: "ACTIVE",
        compatibilities: ["EC2", "FARGATE"],
        registeredAt: new Date(),
      },
      tags,
    };
    this.#families.set(family, [...revisions, registered]);
    return registered;
  }

  /** By ARN, `family:revision`, or `family` for its newest revision. */
  find(reference: string | undefined): RegisteredTaskDefinition {
    const name = (reference ?? "").replace(/^arn:[^/]*\//, "");
    const [family = "", revision] = name.split(":");
    const revisions = this.#families.get(family) ?? [];
    const found = revision === undefined ? revisions.at(-1) : revisions[Number(revision) - 1];
    if (found) return found;
    throw new AwsError("ClientException", "Unable to describe task definition.");
  }
}

function validFamily(family: string | undefined): string {
  if (family !== undefined && /^[\w-]{1,255}$/.test(family)) return family;
  throw new AwsError("ClientException", "Family should be set and match ^[A-Za-z0-9_-]{1,255}$.");
}

function validContainers(containers: ContainerDefinition[] | undefined): ContainerDefinition[] {
  if (!containers?.length) {
    throw new AwsError("ClientException", "Container definitions should not be null or empty.");
  }
  for (const { name, image, environment = [], secrets = [] } of containers) {
    if (!name || !image) {
      throw new AwsError("ClientException", "Container.name and Container.image should be set.");
    }
    const names = [...environment, ...secrets].map((variable) => variable.name);
    const twice = names.find((variable, at) => names.indexOf(variable) !== at);
    if (twice !== undefined) {
      throw new AwsError("ClientException", `The secret name must be unique: ${twice}.`);
    }
  }
  return containers;
}
