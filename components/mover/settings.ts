import { z } from "zod";
import { subnetId } from "../config/awsIds.ts";
import { text, whole } from "../config/fields.ts";
import { instanceType, packageSource } from "../machine/settings.ts";
import { moverDefaults } from "./defaults.ts";

/** Settings of the machine that carries the data: `godwit:mover`. */
export const moverSchema = z.strictObject({
  subnetId,
  instanceType: instanceType(moverDefaults.instanceType),
  package: packageSource,
  /** Where the engine's Postgres is, seen from the machine. */
  engine: z
    .strictObject({
      port: whole(1, 65_535, 5432).default(moverDefaults.enginePort),
      cidr: text(
        /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/,
        "a range of IPv4 addresses",
        "10.20.0.0/16",
      ).optional(),
    })
    .default({ port: moverDefaults.enginePort }),
});

export type MoverSettings = z.output<typeof moverSchema>;
