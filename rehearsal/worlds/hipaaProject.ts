import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

export interface HipaaProjectFacts {
  readonly region: string;
  readonly zone: { readonly id: string; readonly name: string };
}

/** Writes the Pulumi project with the stack `rehearsal`, as an operator of this account would have it. */
export async function writeHipaaProject(dir: string, facts: HipaaProjectFacts): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const project = { name: "godwit", runtime: "nodejs", description: "Rehearsal" };
  await writeFile(join(dir, "Pulumi.yaml"), stringify(project));
  await writeFile(join(dir, "Pulumi.rehearsal.yaml"), stringify({ config: stackConfig(facts) }));
}

function stackConfig({ region, zone }: HipaaProjectFacts) {
  return {
    "aws:region": region,
    "godwit:target": "hipaa",
    "godwit:app": "acme",
    "godwit:dataClass": "phi",
    "godwit:mover": {
      package: "s3://acme-artifacts/godwit-0.1.0.tgz",
      source: { cidr: "203.0.113.10/32" },
    },
    "godwit:hipaa": {
      network: { create: {} },
      certificate: { create: {} },
      domain: { name: `app.${zone.name}`, zone },
      database: { name: "validator" },
      // A rehearsal is taken down again.
      deletionProtection: false,
      deployer: {
        repository: "acme/validator",
        environment: "production",
        identityProvider: { create: true },
      },
      alarms: { email: "ops@acme.example" },
    },
  };
}
