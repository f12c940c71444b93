import * as pulumi from "@pulumi/pulumi";
import type { MoverArgs } from "../../../components/mover/mover.ts";

export const KEY = "arn:aws:kms:us-east-1:123456789012:key/new";
export const TOKEN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/redis/auth-token";

/** Arguments of a mover between a created group and a source with one group, with changes. */
export function moverArgs(changes: Partial<MoverArgs> = {}): MoverArgs {
  return {
    app: "acme",
    environment: "test",
    dataClass: "confidential",
    place: {
      subnetId: pulumi.output("subnet-0acme1"),
      securityGroupId: pulumi.output("sg-0mover"),
    },
    package: "https://artifacts.acme.example/godwit-0.1.0.tgz",
    kmsKeyArn: KEY,
    tokenSecretArn: TOKEN,
    access: {
      port: 6379,
      target: ["sg-0target"],
      targetNamesIt: true,
      source: ["sg-0source"],
    },
    ...changes,
  };
}
