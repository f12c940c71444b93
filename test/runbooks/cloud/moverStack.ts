import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import type { RunEnvironment } from "../../../automation/environment.ts";
import { mendFileBackend } from "../../../automation/stack/fileBackend.ts";
import { withLock } from "../../../automation/stack/lock.ts";
import { repairPending, type Repair } from "../../../automation/stack/repair.ts";
import { findExisting } from "../../../runbooks/cloud/find.ts";
import { openTestStack } from "../../rehearsal/testStack.ts";

/** A stack with a mover and nothing else, between the source's security group and itself. */
export async function openMoverStack(environment: RunEnvironment): Promise<Stack> {
  return await openTestStack({ environment }, "mover", moverProgram);
}

/** Brings the stack to its program as a run does, after mending what an update that was killed has left. */
export async function bringMover(
  environment: RunEnvironment,
  onRepaired: (repair: Repair | undefined) => void,
): Promise<void> {
  mendFileBackend(environment.env);
  const stack = await openMoverStack(environment);
  await withLock(stack, true, async () => {
    onRepaired(await repairPending(stack, findExisting(environment.env)));
    await stack.up();
  });
}

const moverProgram: PulumiFn = async () => {
  const { Key } = await import("@pulumi/aws/kms/key.js");
  const { MoverPlace } = await import("../../../components/mover/place.ts");
  const { Mover } = await import("../../../components/mover/mover.ts");
  const { moverArgs } = await import("../../components/mover/moverArgs.ts");
  const owner = { app: "acme", environment: "test", dataClass: "confidential" } as const;
  const place = new MoverPlace("place", { ...owner, subnetId: "subnet-0acme1" });
  const key = new Key("key", { description: "Secrets of acme" });
  const access = { port: 6379, target: ["sg-0acmecache"], targetNamesIt: false, source: [] };
  new Mover("mover", moverArgs({ ...owner, place, access, kmsKeyArn: key.arn }));
};
