import { createAccountServices } from "../clouds/aws/account.ts";
import { createAcm } from "../clouds/aws/acmKinds.ts";
import { createCloudFront } from "../clouds/aws/cloudfrontKinds.ts";
import { createEc2 } from "../clouds/aws/ec2.ts";
import { createIam } from "../clouds/aws/iam.ts";
import { createKms } from "../clouds/aws/kms/index.ts";
import { createLogs } from "../clouds/aws/logs.ts";
import { createPublicZones } from "../clouds/aws/publicZones.ts";
import { createRds } from "../clouds/aws/rdsKinds.ts";
import { createS3 } from "../clouds/aws/s3Kinds.ts";
import { createSecretsManager } from "../clouds/aws/secrets.ts";
import { createServers } from "../clouds/aws/serverKinds.ts";
import { createSes } from "../clouds/aws/sesKinds.ts";
import { createSsm } from "../clouds/aws/ssm.ts";
import { createVpcs } from "../clouds/aws/vpcKinds.ts";
import { twinFiles } from "../twin/folder.ts";
import type { TwinWorld } from "../twin/twinWorld.ts";
import { writeWebProject } from "./webProject.ts";

const ZONE = { id: "Z0ACMEPUBLIC", name: "acme.example" };
/** Names that others in the world have taken. */
const TAKEN = ["tickets", "frontend", "support-ticket-frontend"];

/** An account with nothing but a public zone: where the target `web` is built. Nobody uses it yet. */
export async function build(world: TwinWorld): Promise<void> {
  const { account, caller } = world;
  const zones = createPublicZones(world, [ZONE]);
  const certificates = createAcm(world, zones);
  const vpcs = createVpcs(world);
  const kms = createKms(world);
  const secrets = createSecretsManager(world, kms.keys);
  world.secretReader = secrets.value;
  world.add(zones, certificates, createS3(world, TAKEN), createCloudFront(world, certificates));
  world.add(
    createEc2(world, [], [], async () => {}),
    vpcs,
    createServers(world, vpcs),
  );
  world.add(kms, secrets, createIam(world), createSsm(), createLogs(world));
  world.add(createSes(world), createRds(world), createAccountServices(account, caller));
  const { project } = twinFiles(world.dir);
  await writeWebProject(project, { region: account.region, zone: ZONE });
}
