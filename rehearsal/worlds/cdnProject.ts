import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

export interface CdnProjectFacts {
  readonly region: string;
  readonly zone: { readonly id: string; readonly name: string };
  /** The role that the application runs with. */
  readonly roleArn: string;
}

/** Writes the Pulumi project with the stack `rehearsal`, as an operator of this account would have it. */
export async function writeCdnProject(dir: string, facts: CdnProjectFacts): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const project = { name: "godwit", runtime: "nodejs", description: "Rehearsal" };
  await writeFile(join(dir, "Pulumi.yaml"), stringify(project));
  await writeFile(join(dir, "Pulumi.rehearsal.yaml"), stringify({ config: stackConfig(facts) }));
}

function stackConfig({ region, zone, roleArn }: CdnProjectFacts) {
  return {
    "aws:region": region,
    "godwit:target": "cdn",
    "godwit:app": "acme",
    "godwit:dataClass": "public",
    "godwit:cdn": {
      domain: `cdn.${zone.name}`,
      zone,
      bucket: "acme-public-assets",
      certificate: { create: true },
      writer: { role: { existing: roleArn } },
      redirectUploads: true,
      alarms: { email: "ops@acme.example" },
    },
  };
}
