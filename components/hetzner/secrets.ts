import type * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { RandomPasswordArgs } from "@pulumi/random/randomPassword.js";
import type { ClusterWhole } from "./whole.ts";

/** What is made once and kept, encrypted, in the stack's state; the cluster gets it as Kubernetes secrets. */
export interface ClusterSecrets {
  /** 64 hexadecimal digits: the key that envelope keys of health data are wrapped with. */
  readonly masterKey: pulumi.Output<string>;
  readonly databasePassword: pulumi.Output<string>;
  readonly redisPassword: pulumi.Output<string>;
  readonly grafanaPassword: pulumi.Output<string>;
  /** Opens the database's volume. */
  readonly volumePassphrase: pulumi.Output<string>;
  /** Opens the volumes of pods. */
  readonly podVolumePassphrase: pulumi.Output<string>;
  /** Opens the database's backups in R2. */
  readonly archivePassphrase: pulumi.Output<string>;
}

const DIGITS = 64;
const LETTERS = 48;

export function createSecrets({ name, parent, protect }: ClusterWhole): ClusterSecrets {
  const make = (id: string, its: RandomPasswordArgs, kept: boolean) =>
    new RandomPassword(`${name}-${id}`, its, { parent, protect: kept }).result;
  const words = { length: LETTERS, special: false };
  // Digits and these six letters: each is drawn from sixteen, as a key's hexadecimal digits are.
  const hexadecimal = {
    length: DIGITS,
    lower: false,
    upper: false,
    special: true,
    overrideSpecial: "abcdef",
  };
  return {
    masterKey: make("master-key", hexadecimal, protect),
    databasePassword: make("database-password", words, false),
    redisPassword: make("redis-password", words, false),
    grafanaPassword: make("grafana-password", words, false),
    // Without these, what they have encrypted is lost.
    volumePassphrase: make("volume-passphrase", words, protect),
    podVolumePassphrase: make("pod-volume-passphrase", words, protect),
    archivePassphrase: make("archive-passphrase", words, protect),
  };
}
