import * as pulumi from "@pulumi/pulumi";
import type { Instance } from "@pulumi/aws/ec2/instance.js";
import { allowAccess } from "../machine/access.ts";
import type { DataAccess } from "../machine/access.ts";
import { createInstance } from "../machine/instance.ts";
import { createRole } from "../machine/role.ts";
import type { MachineRole } from "../machine/role.ts";
import { ownershipTags } from "../tags.ts";
import type { Ownership } from "../tags.ts";
import { moverDefaults } from "./defaults.ts";
import { createEngineSecret } from "./engineSecret.ts";
import type { MoverPlace } from "./place.ts";
import { moverUserData } from "./userData.ts";
import { moverNameOf } from "./whole.ts";
import type { MoverWhole } from "./whole.ts";

/** Arguments of `Mover`. */
export interface MoverArgs extends Ownership {
  readonly place: Pick<MoverPlace, "subnetId" | "securityGroupId">;

  /**
   * Size of the machine.
   *
   * @default "t4g.small"
   */
  readonly instanceType?: string;

  /**
   * Where the machine gets godwit from.
   *
   * @example "s3://acme-artifacts/godwit-0.1.0.tgz"
   */
  readonly package: string;

  /** Key under which the secrets are, the engine's among them. */
  readonly kmsKeyArn: pulumi.Input<string>;

  /** Secret that the target's data servers ask for. */
  readonly tokenSecretArn: pulumi.Input<string>;

  /**
   * Secret with the key of the relays' control channel, where there are relays.
   *
   * @default none
   */
  readonly controlSecretArn?: pulumi.Input<string>;

  /** What it connects to. */
  readonly access: DataAccess;

  /**
   * Whether the engine's secret can be had back for 30 days.
   *
   * @default false
   */
  readonly protect?: boolean;
}

/**
 * The machine inside the target's network that carries the data: it runs `godwit worker --mover` and is told by its
 * secret where the engine is.
 *
 * Creates: EC2 instance without key, public address and ingress, reached by Session Manager; role with two secrets and
 * their key; the secret `<app>/godwit/engine` without a value; rules between its group and the data servers'.
 *
 * Touches on the source: an ingress rule on each of its security groups, which goes with the mover.
 *
 * Irreversible: nothing. Undo: destroy; no data is kept on it.
 *
 * Cost: about 13.50 $ a month for as long as it is there; see cost.ts.
 *
 * @example
 * new Mover("mover", {
 *   app: "acme", environment: "prod", dataClass: "confidential", place,
 *   package: "s3://acme-artifacts/godwit-0.1.0.tgz", kmsKeyArn: redis.kmsKeyArn, tokenSecretArn: redis.secretArn,
 *   access: { port: 6379, target: ["sg-0a1b2c3d4e5f60718"], targetNamesIt: false, source: ["sg-0b2c3d4e5f6071829"] },
 * });
 */
export class Mover extends pulumi.ComponentResource {
  public readonly instanceId: pulumi.Output<string>;
  /** Where a run tells it its engine: a reference, never the value. */
  public readonly engineSecretArn: pulumi.Output<string>;
  public readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: MoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("godwit:mover:Mover", name, {}, opts);
    const whole = describeWhole(name, this, args);
    const engine = createEngineSecret(whole, args.kmsKeyArn);
    const role = createRole(whole, {
      secretArns: [
        args.tokenSecretArn,
        engine.arn,
        ...(args.controlSecretArn ? [args.controlSecretArn] : []),
      ],
      kmsKeyArn: args.kmsKeyArn,
      package: args.package,
    });
    allowAccess(whole, args.place.securityGroupId, args.access);
    const machine = createMachine(whole, args, role, engine.arn);

    this.instanceId = machine.id;
    this.engineSecretArn = engine.arn;
    this.securityGroupId = pulumi.output(args.place.securityGroupId);
    this.registerOutputs({
      instanceId: this.instanceId,
      engineSecretArn: this.engineSecretArn,
      securityGroupId: this.securityGroupId,
    });
  }
}

function describeWhole(name: string, parent: pulumi.Resource, args: MoverArgs): MoverWhole {
  const { app, protect = false } = args;
  return {
    name,
    parent,
    app,
    title: `Mover of ${app}`,
    cloudName: moverNameOf(args),
    tags: ownershipTags(args),
    protect,
  };
}

function createMachine(
  whole: MoverWhole,
  args: MoverArgs,
  role: MachineRole,
  engineSecretArn: pulumi.Output<string>,
): Instance {
  return createInstance(whole, {
    id: "machine",
    nameTag: moverNameOf(whole),
    instanceType: args.instanceType ?? moverDefaults.instanceType,
    volumeGiB: moverDefaults.volumeGiB,
    subnetId: args.place.subnetId,
    securityGroupId: args.place.securityGroupId,
    role,
    userData: engineSecretArn.apply((arn) =>
      moverUserData({ region: arn.split(":")[3]!, engineSecretArn: arn, package: args.package }),
    ),
  });
}
