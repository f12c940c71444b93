import { z } from "zod";
import { subnetId } from "../config/awsIds.ts";
import { text, whole } from "../config/fields.ts";
import { moverDefaults } from "./defaults.ts";

const PLACE = "[\\w.~%+/-]+";
/** None of these can hold a password, or end the quotes that the installation puts around it. */
const PACKAGE = new RegExp(
  `^(s3://[a-z0-9][a-z0-9.-]+/${PLACE}\\.(tgz|tar\\.gz)|https://[\\w.-]+(:\\d+)?/${PLACE}\\.(tgz|tar\\.gz)|git\\+https://[\\w.-]+(:\\d+)?/${PLACE}#${PLACE})$`,
);

/** Settings of the machine that carries the data: `godwit:mover`. */
export const moverSchema = z.strictObject({
  subnetId,
  instanceType: text(
    /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge)$/,
    "an EC2 instance type",
    moverDefaults.instanceType,
  ).default(moverDefaults.instanceType),
  package: text(
    PACKAGE,
    "where the machine gets godwit from, without a password: an s3:// or https:// address of a .tgz, or git+https://…#ref",
    "s3://acme-artifacts/godwit-0.1.0.tgz",
  ),
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
