import * as pulumi from "@pulumi/pulumi";
import { Instance } from "@pulumi/aws/ec2/instance.js";
import { ownershipTags } from "../tags.ts";
import type { Ownership } from "../tags.ts";
import { allowAccess } from "./access.ts";
import type { DataAccess } from "./access.ts";
import { moverDefaults } from "./defaults.ts";
import { createEngineSecret } from "./engineSecret.ts";
import { latestImage } from "./image.ts";
import type { MoverPlace } from "./place.ts";
import { createRole } from "./role.ts";
import type { MoverRole } from "./role.ts";
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
 *   access: { port: 6379, target: ["sg-0a1b2c3d4e5f60718"], targetNamesMover: false, source: ["sg-0b2c3d4e5f6071829"] },
 * });
 */
export class Mover extends pulumi.ComponentResource {
  public readonly instanceId: pulumi.Output<string>;
  /** Where a run tells it its engine: a reference, never the value. */
  public readonly engineSecretArn: pulumi.Output<string>;
  public readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: MoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("godwit:mover:Mover", name, {}, opts);
    const tags = ownershipTags(args);
    const whole = { name, parent: this, app: args.app, tags, protect: args.protect ?? false };
    const engine = createEngineSecret(whole, args.kmsKeyArn);
    const role = createRole(whole, {
      secretArns: [args.tokenSecretArn, engine.arn],
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

function createMachine(
  whole: MoverWhole,
  args: MoverArgs,
  { profile, usable }: MoverRole,
  engineSecretArn: pulumi.Output<string>,
): Instance {
  const { name, parent, tags } = whole;
  const instanceType = args.instanceType ?? moverDefaults.instanceType;
  const named = { ...tags, Name: moverNameOf(whole) };
  const userData = engineSecretArn.apply((arn) =>
    moverUserData({ region: arn.split(":")[3]!, engineSecretArn: arn, package: args.package }),
  );
  return new Instance(
    `${name}-machine`,
    {
      ami: latestImage(instanceType, { parent }),
      instanceType,
      subnetId: args.place.subnetId,
      vpcSecurityGroupIds: [args.place.securityGroupId],
      associatePublicIpAddress: false,
      iamInstanceProfile: profile.name,
      // Credentials are for processes of the machine itself, which ask for them with a token.
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      },
      rootBlockDevice: {
        volumeType: "gp3",
        volumeSize: moverDefaults.volumeGiB,
        encrypted: true,
        tags: named,
      },
      userData,
      // It is read at the first start only.
      userDataReplaceOnChange: true,
      tags: named,
    },
    // A newer image must not replace a machine that is moving data.
    { parent, dependsOn: usable, ignoreChanges: ["ami"] },
  );
}
