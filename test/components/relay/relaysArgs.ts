import * as pulumi from "@pulumi/pulumi";
import type { RelayPlaceArgs } from "../../../components/relay/place.ts";
import type { RelaysArgs } from "../../../components/relay/relays.ts";
import { KEY, TOKEN } from "../mover/moverArgs.ts";

const owner = { app: "acme", environment: "test", dataClass: "confidential" } as const;

/** Arguments of the relays' place in the two zones of the test's VPC, with changes. */
export function relayPlaceArgs(changes: Partial<RelayPlaceArgs> = {}): RelayPlaceArgs {
  return {
    ...owner,
    subnetIds: ["subnet-0acme1", "subnet-0acme2"],
    allowFrom: ["sg-0acmetasks"],
    port: 6379,
    moverGroupId: "sg-0mover",
    ...changes,
  };
}

/** Arguments of relays between a created group and a source that can be fenced, with changes. */
export function relaysArgs(changes: Partial<RelaysArgs> = {}): RelaysArgs {
  return {
    ...owner,
    place: {
      subnetIds: ["subnet-0acme1", "subnet-0acme2"],
      securityGroupId: pulumi.output("sg-0relays"),
      targetGroupArn: pulumi.output("arn:targets"),
    },
    runbook: "redis-encryption",
    package: "https://artifacts.acme.example/godwit-0.1.0.tgz",
    until: "2026-03-08T12:00:00Z",
    move: "acme-redis-encrypted",
    source: { host: "source.cache.test", port: 6379 },
    target: { host: "master.cache.test", port: 6379 },
    kmsKeyArn: KEY,
    tokenSecretArn: TOKEN,
    access: {
      port: 6379,
      target: ["sg-0target"],
      targetNamesIt: true,
      source: ["sg-0source"],
      fence: "sg-0fence",
    },
    ...changes,
  };
}
