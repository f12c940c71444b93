import type * as pulumi from "@pulumi/pulumi";
import { isBefore } from "../config.ts";
import type { SettingsOf } from "../config.ts";
import { allowOut } from "../machine/egress.ts";
import { Mover } from "../mover/mover.ts";
import { MoverPlace } from "../mover/place.ts";
import { ownershipTags } from "../tags.ts";
import type { HipaaDatabase } from "./data/hipaaDatabase.ts";
import { hipaaDefaults } from "./defaults.ts";
import { hasMover } from "./hasMover.ts";
import type { HipaaKeys } from "./keys/hipaaKeys.ts";
import type { HipaaNetwork } from "./network/hipaaNetwork.ts";
import type { HipaaMoverSettings } from "./settings.ts";
import { POSTGRES_PORT } from "./ports.ts";
import type { HipaaOwnership } from "./whole.ts";

/** What a mover works with. */
interface Surroundings {
  readonly network: Pick<HipaaNetwork, "subnetIds" | "groupIds">;
  readonly keys: Pick<HipaaKeys, "secrets">;
  readonly database: Pick<HipaaDatabase, "administratorSecretArn">;
}

/**
 * The machine that carries the data into the database, among the instances of the application: the old server's
 * database, by its address, and the new one are all that it reaches beside the engine and the API.
 */
export function declareMover(
  settings: SettingsOf<"hipaa">,
  { region: _, ...owner }: HipaaOwnership,
  { network, keys, database }: Surroundings,
  opts: pulumi.ComponentResourceOptions = {},
): Mover | undefined {
  if (!hasMover(settings)) return undefined;
  const { mover, stage } = settings;
  const place = new MoverPlace(
    "mover-place",
    {
      ...owner,
      subnetId: network.subnetIds.application[0]!,
      engine: { ...mover.engine, cidr: mover.engine.cidr ?? rangeOf(settings) },
    },
    opts,
  );
  const machine = new Mover(
    "mover",
    {
      ...owner,
      place,
      instanceType: mover.instanceType,
      package: mover.package,
      kmsKeyArn: keys.secrets.arn,
      tokenSecretArn: database.administratorSecretArn,
      access: {
        port: POSTGRES_PORT,
        target: [network.groupIds.database],
        targetNamesIt: false,
        source: [],
      },
      protect: settings.production && !isBefore(stage, "cutover"),
    },
    opts,
  );
  if (mover.source) letOut(machine, place.securityGroupId, mover.source, owner);
  return machine;
}

/** Of a network that is created; that of an existing one is looked up. */
function rangeOf({ hipaa: { network } }: SettingsOf<"hipaa">): string | undefined {
  return network.create && (network.create.cidr ?? hipaaDefaults.cidr);
}

function letOut(
  parent: Mover,
  securityGroupId: pulumi.Input<string>,
  source: NonNullable<HipaaMoverSettings["source"]>,
  owner: Omit<HipaaOwnership, "region">,
): void {
  allowOut(
    { name: "mover", parent, securityGroupId, tags: ownershipTags(owner) },
    {
      id: "source",
      description: "The old server's database",
      port: source.port,
      cidrIpv4: source.cidr,
    },
  );
}
