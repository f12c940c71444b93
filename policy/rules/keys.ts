import { input, isGiven, UNKNOWN } from "../plan.ts";
import type { Rule } from "../rule.ts";
import { given, isTrue, packed, when } from "../rule.ts";

const SECRET = "aws:secretsmanager/secret:Secret";

/** Keys, secrets, and the topics that alarms go through. */
export const keys: readonly Rule[] = [
  packed({
    id: "SecretsManagerRotationEnabled",
    holds: "a secret is exchanged on a schedule",
    remedy: "Declare a SecretRotation.",
    hipaa: "164.308(a)(4)(ii)(B)",
    config: "secretsmanager-rotation-enabled-check",
    prowler: "secretsmanager_automatic_rotation_enabled",
    types: [SECRET],
    judge: (secret, plan) => {
      const type = "aws:secretsmanager/secretRotation:SecretRotation";
      const rotations = plan.beside(secret, type, "secretId");
      return when(
        rotations === UNKNOWN ? UNKNOWN : rotations.length > 0,
        "is not exchanged on a schedule",
      );
    },
  }),
  packed({
    id: "SecretsManagerUsingKMSKey",
    holds: "a secret is encrypted with a key of the account's own",
    remedy: "Give the secret a kmsKeyId.",
    hipaa: "164.312(a)(2)(iv)",
    config: "secretsmanager-using-cmk",
    types: [SECRET],
    judge: (secret) =>
      when(
        isGiven(secret, "kmsKeyId") &&
          !String(input(secret, "kmsKeyId")).endsWith("alias/aws/secretsmanager"),
        "is encrypted with the service's key",
      ),
  }),
  {
    id: "KMSKeyRotation",
    holds: "a key is exchanged every year",
    remedy: "Set enableKeyRotation.",
    hipaa: "164.312(a)(2)(iv)",
    cdkNag: "AwsSolutions-KMS5",
    config: "cmk-backing-key-rotation-enabled",
    prowler: "kms_cmk_rotation_enabled",
    types: ["aws:kms/key:Key"],
    judge: isTrue("enableKeyRotation", "stays the same for ever"),
  },
  packed({
    id: "SNSEncryptedKMS",
    holds: "what an alarm says is encrypted",
    remedy: "Give the topic a kmsMasterKeyId.",
    hipaa: "164.308(a)(1)(ii)(B)",
    config: "sns-encrypted-kms",
    prowler: "sns_topics_kms_encryption_at_rest_enabled",
    types: ["aws:sns/topic:Topic"],
    judge: given("kmsMasterKeyId", "is not encrypted with a KMS key"),
  }),
];
