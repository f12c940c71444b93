import { createAccountServices } from "../clouds/aws/account.ts";
import { createAcm } from "../clouds/aws/acmKinds.ts";
import { createApplicationBalancers } from "../clouds/aws/applicationBalancerKinds.ts";
import { createEc2Inventory } from "../clouds/aws/ec2Inventory.ts";
import { createIam } from "../clouds/aws/iam.ts";
import { createIamPolicies } from "../clouds/aws/iamPolicies.ts";
import { createKms } from "../clouds/aws/kms/index.ts";
import { createPublicZones } from "../clouds/aws/publicZones.ts";
import { createRds } from "../clouds/aws/rdsKinds.ts";
import { createS3 } from "../clouds/aws/s3Kinds.ts";
import { createSecretsManager } from "../clouds/aws/secrets.ts";
import { createVpcs } from "../clouds/aws/vpcKinds.ts";
import { createSignIn } from "../clouds/aws/signIn.ts";
import { createSsm } from "../clouds/aws/ssm.ts";
import { twinFiles } from "../twin/folder.ts";
import type { TwinWorld } from "../twin/twinWorld.ts";
import { writeHipaaProject } from "./hipaaProject.ts";

const ZONE = { id: "Z0ACMEPUBLIC", name: "acme.example" };

/** An empty account in Canada with a public zone: where the target `hipaa` is built. Nothing runs in it. */
export async function build(world: TwinWorld): Promise<void> {
  const zones = createPublicZones(world, [ZONE]);
  const kms = createKms(world);
  const secrets = createSecretsManager(world, kms.keys);
  const { account, caller } = world;
  world.secretReader = secrets.value;
  world.add(kms, secrets, zones, createAcm(world, zones), createS3(world, []));
  world.add(createVpcs(world), createRds(world), createApplicationBalancers(world));
  world.add(createSsm(), createEc2Inventory(), createSignIn(account));
  world.add(createIam(world), createIamPolicies(world, []), createAccountServices(account, caller));
  await writeHipaaProject(twinFiles(world.dir).project, { region: account.region, zone: ZONE });
}
