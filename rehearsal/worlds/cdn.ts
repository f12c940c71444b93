import { createAccountServices } from "../clouds/aws/account.ts";
import { createAcm } from "../clouds/aws/acmKinds.ts";
import { createCloudFront } from "../clouds/aws/cloudfrontKinds.ts";
import { createIam } from "../clouds/aws/iam.ts";
import { createIamPolicies } from "../clouds/aws/iamPolicies.ts";
import { createPublicZones } from "../clouds/aws/publicZones.ts";
import { createS3 } from "../clouds/aws/s3Kinds.ts";
import { twinFiles } from "../twin/folder.ts";
import type { TwinWorld } from "../twin/twinWorld.ts";
import { writeCdnProject } from "./cdnProject.ts";

const ZONE = { id: "Z0ACMEPUBLIC", name: "acme.example" };
const ROLE = { name: "acme-tasks", service: "ecs-tasks.amazonaws.com" };
/** Names that others in the world have taken. */
const TAKEN = ["assets", "public-assets", "uploads"];

/** An account with a public zone and an application's role: where the target `cdn` is built. It serves no files yet. */
export async function build(world: TwinWorld): Promise<void> {
  const zones = createPublicZones(world, [ZONE]);
  const certificates = createAcm(world, zones);
  const { account, caller } = world;
  world.add(zones, certificates, createS3(world, TAKEN), createCloudFront(world, certificates));
  world.add(createIam(world), createIamPolicies(world, [ROLE]));
  world.add(createAccountServices(account, caller));
  await writeCdnProject(twinFiles(world.dir).project, {
    region: account.region,
    zone: ZONE,
    roleArn: `arn:aws:iam::${account.id}:role/${ROLE.name}`,
  });
}
