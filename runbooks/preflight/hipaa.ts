import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { clientSettings, type ClientSettings } from "../../automation/aws.ts";
import type { Subject } from "../../automation/preflight.ts";
import type { SettingsOf } from "../../components/config.ts";
import { hipaaBucketNames } from "../../components/bucketNames.ts";
import { stackSettingsOf } from "../settings.ts";
import { refuseTakenBuckets, type Buckets } from "./buckets.ts";
import { inUseByOthers, virtualCpus, type InUse } from "./inUse.ts";
import { refuseFullQuotas, type Need } from "./quotas.ts";
import { refuseRoot } from "./root.ts";
import { refuseSingleFactor } from "./secondFactor.ts";

/** While all instances are replaced by new ones there are half as many more; `schedulePatching` says so. */
const REFRESH_FACTOR = 1.5;
const USUAL_ZONES = 2;

/**
 * Refuses what the account has no room for, names of buckets that others have, an update in the root user's name, and
 * who comes in without a second factor.
 */
export async function checkHipaa(subject: Subject): Promise<void> {
  const settings = stackSettingsOf("hipaa", subject);
  const client = clientSettings(subject.environment.env, settings.region);
  const caller = await new STSClient(client).send(new GetCallerIdentityCommand({}));
  refuseRoot(caller);
  await refuseSingleFactor(client, subject.note);
  await refuseFullQuotas(client, await needs(settings, subject.stack, client));
  await refuseTakenBuckets(client, buckets(settings, subject.stack, caller.Account!), subject.note);
}

function buckets(
  { app, hipaa }: SettingsOf<"hipaa">,
  environment: string,
  account: string,
): Buckets {
  const { uploadsCopy, backupsCopy, ...own } = hipaaBucketNames(app, environment, account);
  const copies = hipaa.replicateFiles ? [uploadsCopy, backupsCopy] : [];
  return {
    names: [...Object.values(own), ...copies],
    owner: { app, environment },
    remedy:
      "Set another `godwit:app`, or name the stack otherwise (`pulumi stack rename`): both are part of the names.",
  };
}

/** What the target takes of each quota, and what others have of it already. */
async function needs(
  settings: SettingsOf<"hipaa">,
  environment: string,
  client: ClientSettings,
): Promise<Need[]> {
  const used = await inUseByOthers(client, { app: settings.app, environment });
  return [...networkNeeds(settings, used), cpuNeed(settings, used), DATABASE];
}

/** None for a network that is there already. */
function networkNeeds(
  { hipaa: { network } }: SettingsOf<"hipaa">,
  { vpcs, addresses, natGatewaysOfFullestZone }: InUse,
): Need[] {
  if (network.create === undefined) return [];
  return [
    {
      quota: { service: "vpc", code: "L-F678F1CE", name: "VPCs per Region", standard: 5 },
      needed: 1,
      used: vpcs,
    },
    {
      quota: { service: "ec2", code: "L-0263D0A3", name: "EC2-VPC Elastic IPs", standard: 5 },
      needed: network.create.zones?.length ?? USUAL_ZONES,
      used: addresses,
    },
    {
      quota: {
        service: "vpc",
        code: "L-FE5A380F",
        name: "NAT gateways per Availability Zone",
        standard: 5,
      },
      needed: 1,
      used: natGatewaysOfFullestZone,
    },
  ];
}

/** As many instances as there may ever be, while they are replaced, and the mover. */
function cpuNeed({ hipaa, mover }: SettingsOf<"hipaa">, { cpus }: InUse): Need {
  const { instanceType, maximum } = hipaa.compute;
  const instances = Math.ceil(maximum * REFRESH_FACTOR) * virtualCpus(instanceType);
  return {
    quota: {
      service: "ec2",
      code: "L-1216C47A",
      name: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
      standard: 5,
    },
    needed: instances + (mover ? virtualCpus(mover.instanceType) : 0),
    used: cpus,
  };
}

/** How many there are cannot be asked here; that there may be any can. */
const DATABASE: Need = {
  quota: { service: "rds", code: "L-7B6409FD", name: "DB instances", standard: 40 },
  needed: 1,
  used: 0,
};
