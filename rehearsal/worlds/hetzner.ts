import { createAccountServices } from "../clouds/aws/account.ts";
import { createCloudflare } from "../clouds/cloudflare/kinds.ts";
import { createHetzner } from "../clouds/hetzner/kinds.ts";
import { twinFiles } from "../twin/folder.ts";
import type { TwinWorld } from "../twin/twinWorld.ts";
import { writeHetznerProject } from "./hetznerProject.ts";

const CLOUDFLARE = {
  id: "0123456789abcdef0123456789abcdef",
  zone: { id: "fedcba9876543210fedcba9876543210", name: "acme.example" },
};

/** A project at Hetzner and an account at Cloudflare: where the target `hetzner` is built. Nothing runs in it yet. */
export async function build(world: TwinWorld): Promise<void> {
  const { account, caller } = world;
  world.add(createHetzner(), createCloudflare(CLOUDFLARE), createAccountServices(account, caller));
  await writeHetznerProject(twinFiles(world.dir).project, CLOUDFLARE);
}
