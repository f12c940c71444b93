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
import type { Firewall } from "../../../servers/firewall.ts";
import type { MachinePlace } from "../loadBalancing/index.ts";
import { servicesOf } from "./cloudConfig.ts";
import { describeActions, type KnownInstance } from "./describe.ts";
import { disturbOnRequest } from "./disturb.ts";
import { killOnRequest, phaseFaultsOf } from "./kills.ts";
import { Machine } from "./machine.ts";
import { NetworkInterface } from "./networkInterface.ts";

export interface InstanceOptions {
  readonly network: Ec2Network;
  readonly iam: Iam;
  readonly principals: Principals;
  readonly faults: Faults;
  readonly firewall: Firewall;
}

export interface Instances extends Part {
  /** Where a machine that runs listens; undefined for one that does not, or that serves nobody. */
  place(instanceId: string): MachinePlace | undefined;
}

interface Running extends KnownInstance {
  readonly credentials: Credentials;
  readonly machines: readonly Machine[];
  readonly interface: NetworkInterface;
  readonly zone: string;
  outputs: Properties;
}

/** EC2 instances: what their user data enables runs as processes with an address and a role of their own. */
export function createInstances(world: World, options: InstanceOptions): Instances {
  const fleet = new Fleet(world, options);
  killOnRequest(options.faults, () => fleet.machines);
  disturbOnRequest(options.faults, () => fleet.interfaces);
  return {
    place: (id) => fleet.placeOf(id),
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

  /** With the machine's first service, by which faults know it. */
  get interfaces(): readonly (readonly [Machine, NetworkInterface])[] {
    return [...this.#running.values()].flatMap((running) =>
      running.machines.map((machine) => [machine, running.interface] as const),
    );
  }

  find(id: string): Running | undefined {
    return this.#running.get(id);
  }

  placeOf(id: string): MachinePlace | undefined {
    const found = this.#running.get(id);
    if (found?.interface.behind === undefined) return undefined;
    const { behind, groups, disturbance } = found.interface;
    return { behind, groups, zone: found.zone, ...disturbance };
  }

  async launch(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const id = `i-${randomBytes(8).toString("hex")}`;
    const zone = this.#zoneOf(inputs);
    const credentials = this.#credentials(inputs, id);
    const services = servicesOf(text(inputs, "userData") ?? "");
    const own = new NetworkInterface(id, services, { world: this.#world, ...this.#options });
    const { address, behind } = own;
    await this.place(own, inputs);
    await own.openGates();
    const name = tags(inputs)["Name"] ?? id;
    const { faults } = this.#options;
    const machines = services.map((service) => {
      const identity = {
        name,
        address,
        behind,
        credentials,
        faults: phaseFaultsOf(faults, service),
      };
      return new Machine(this.#world, identity, service);
    });
    const outputs = {
      ...given(inputs),
      ...this.#outputs(id, address, zone),
      tagsAll: tags(inputs),
    };
    const launchedAt = new Date();
    const launched = { id, address, launchedAt, credentials, machines, interface: own, zone };
    this.#running.set(id, { ...launched, outputs });
    await Promise.all(machines.map((machine) => machine.start()));
    return { id, outputs };
  }

  /** Puts its network interface into the groups that the inputs name. */
  async place(own: NetworkInterface, inputs: Properties): Promise<void> {
    const groups = texts(inputs, "vpcSecurityGroupIds");
    for (const group of groups) this.#options.network.group(group);
    await own.place(groups);
  }

  async terminate(id: string): Promise<void> {
    const found = this.#running.get(id);
    if (!found) return;
    this.#running.delete(id);
    this.#terminated.push(found);
    await Promise.all(found.machines.map((machine) => machine.stop()));
    this.#options.principals.remove(found.credentials);
    await found.interface.remove();
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
      await fleet.place(found.interface, inputs);
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
