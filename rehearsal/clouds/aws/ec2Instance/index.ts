import { randomBytes } from "node:crypto";
import type { Faults } from "../../../twin/faults.ts";
import { given, tags, text, texts } from "../../properties.ts";
import {
  AwsError,
  type Part,
  type Properties,
  type ResourceKind,
  type World,
} from "../../world.ts";
import type { Ec2Network } from "../ec2.ts";
import type { Iam } from "../iam.ts";
import type { Principals } from "../principals.ts";
import type { Credentials } from "../signature.ts";
import { servicesOf } from "./cloudConfig.ts";
import { describeActions, type KnownInstance } from "./describe.ts";
import { killOnRequest } from "./kills.ts";
import { Machine } from "./machine.ts";

export interface InstanceOptions {
  readonly network: Ec2Network;
  readonly iam: Iam;
  readonly principals: Principals;
  readonly faults: Faults;
}

interface Running extends KnownInstance {
  readonly credentials: Credentials;
  readonly machines: readonly Machine[];
  outputs: Properties;
}

/** EC2 instances: what their user data enables runs as processes with an address and a role of their own. */
export function createInstances(world: World, options: InstanceOptions): Part {
  const fleet = new Fleet(world, options);
  killOnRequest(options.faults, () => fleet.machines);
  return {
    services: [{ name: "ec2", actions: describeActions(fleet) }],
    kinds: [instanceKind(fleet)],
    stop: () => fleet.stopAll(),
  };
}

class Fleet {
  readonly #world: World;
  readonly #options: InstanceOptions;
  readonly #running = new Map<string, Running>();
  readonly #terminated: KnownInstance[] = [];

  constructor(world: World, options: InstanceOptions) {
    this.#world = world;
    this.#options = options;
  }

  get running(): readonly KnownInstance[] {
    return [...this.#running.values()];
  }

  get terminated(): readonly KnownInstance[] {
    return this.#terminated;
  }

  get machines(): readonly Machine[] {
    return [...this.#running.values()].flatMap(({ machines }) => machines);
  }

  find(id: string): Running | undefined {
    return this.#running.get(id);
  }

  async launch(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const id = `i-${randomBytes(8).toString("hex")}`;
    const zone = this.#zoneOf(inputs);
    const credentials = this.#credentials(inputs, id);
    const address = this.#world.network.claim(id);
    await this.place(address, inputs);
    const identity = { name: tags(inputs)["Name"] ?? id, address, credentials };
    const services = servicesOf(text(inputs, "userData") ?? "");
    const machines = services.map((service) => new Machine(this.#world, identity, service));
    const outputs = {
      ...given(inputs),
      ...this.#outputs(id, address, zone),
      tagsAll: tags(inputs),
    };
    const launchedAt = new Date();
    this.#running.set(id, { id, address, launchedAt, credentials, machines, outputs });
    await Promise.all(machines.map((machine) => machine.start()));
    return { id, outputs };
  }

  /** Puts its network interface into the groups that the inputs name. */
  async place(address: string, inputs: Properties): Promise<void> {
    const groups = texts(inputs, "vpcSecurityGroupIds");
    for (const group of groups) this.#options.network.group(group);
    await this.#world.machines.place(address, groups);
  }

  async terminate(id: string): Promise<void> {
    const found = this.#running.get(id);
    if (!found) return;
    this.#running.delete(id);
    this.#terminated.push(found);
    await Promise.all(found.machines.map((machine) => machine.stop()));
    this.#options.principals.remove(found.credentials);
    await this.#world.machines.remove(found.address);
    this.#world.network.release(id);
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.machines.map((machine) => machine.stop()));
  }

  #zoneOf(inputs: Properties): string {
    const subnetId = text(inputs, "subnetId") ?? "";
    const subnet = this.#options.network.subnet(subnetId);
    if (subnet) return subnet.availabilityZone;
    throw new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${subnetId}' does not exist`);
  }

  #credentials(inputs: Properties, id: string): Credentials {
    const { iam, principals } = this.#options;
    const role = iam.roleOf(text(inputs, "iamInstanceProfile") ?? "");
    const session = `assumed-role/${role.roleName}/${id}`;
    const arn = `arn:aws:sts::${this.#world.account.id}:${session}`;
    return principals.assume(arn, (action, resource) => role.allows(action, resource));
  }

  #outputs(id: string, privateIp: string, availabilityZone: string) {
    return {
      arn: this.#world.account.arn("ec2", `instance/${id}`),
      availabilityZone,
      instanceState: "running",
      primaryNetworkInterfaceId: id.replace("i-", "eni-"),
      privateIp,
      privateDns: `ip-${privateIp.replaceAll(".", "-")}.ec2.internal`,
      publicIp: "",
      publicDns: "",
    };
  }
}

function instanceKind(fleet: Fleet): ResourceKind {
  return {
    type: "aws:ec2/instance:Instance",
    replaceOn: [
      "ami",
      "associatePublicIpAddress",
      "availabilityZone",
      "keyName",
      "privateIp",
      "subnetId",
      // As with `userDataReplaceOnChange`: a machine reads it at its first start only.
      "userData",
    ],
    actions: { create: "ec2:RunInstances", delete: "ec2:TerminateInstances" },
    create: (inputs) => fleet.launch(inputs),
    async update(id, inputs) {
      const found = fleet.find(id);
      if (!found) {
        throw new AwsError("InvalidInstanceID.NotFound", `The instance ID '${id}' does not exist`);
      }
      await fleet.place(found.address, inputs);
      found.outputs = { ...found.outputs, ...given(inputs), tagsAll: tags(inputs) };
      return found.outputs;
    },
    async read(id) {
      const found = fleet.find(id);
      return found && { id, outputs: found.outputs, inputs: found.outputs };
    },
    delete: (id) => fleet.terminate(id),
  };
}
