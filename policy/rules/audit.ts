import type { Plan, Resource, Unknown } from "../plan.ts";
import { input, isGiven, listOf, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { broken, given, isTrue, packed, when } from "../rule.ts";

const TRAIL = "aws:cloudtrail/trail:Trail";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
/** What the checklist asks for. */
const TRAIL_DAYS = 90;

/** What is recorded, and who is told. */
export const audit: readonly Rule[] = [
  packed({
    id: "CloudTrailCloudWatchLogsEnabled",
    holds: "calls of the API can be searched and alarmed on",
    remedy: "Give the trail a cloudWatchLogsGroupArn and role.",
    hipaa: "164.308(a)(3)(ii)(A)",
    config: "cloud-trail-cloud-watch-logs-enabled",
    prowler: "cloudtrail_cloudwatch_logging_enabled",
    types: [TRAIL],
    judge: given("cloudWatchLogsGroupArn", "does not reach CloudWatch"),
  }),
  packed({
    id: "CloudTrailEncryptionEnabled",
    holds: "the trail is encrypted with a KMS key",
    remedy: "Give the trail a kmsKeyId.",
    hipaa: "164.312(a)(2)(iv)",
    config: "cloud-trail-encryption-enabled",
    prowler: "cloudtrail_kms_encryption_enabled",
    types: [TRAIL],
    judge: given("kmsKeyId", "is not encrypted with a KMS key"),
  }),
  packed({
    id: "CloudTrailLogFileValidationEnabled",
    holds: "a change of the trail's files is found",
    remedy: "Set enableLogFileValidation.",
    hipaa: "164.312(c)(1)",
    config: "cloud-trail-log-file-validation-enabled",
    prowler: "cloudtrail_log_file_validation_enabled",
    types: [TRAIL],
    judge: isTrue("enableLogFileValidation", "has files that can be changed unseen"),
  }),
  {
    id: "CloudTrailKept90Days",
    holds: `the trail is kept for ${TRAIL_DAYS} days`,
    remedy: `Let the trail's files expire after ${TRAIL_DAYS} days or later, or never.`,
    hipaa: "164.316(b)(2)(i)",
    types: [TRAIL],
    judge: trailKept,
  },
  packed({
    id: "CloudWatchAlarmAction",
    holds: "somebody hears of an alarm",
    remedy: "Give the alarm alarmActions.",
    hipaa: "164.312(b)",
    config: "cloudwatch-alarm-action-check",
    prowler: "cloudwatch_alarm_actions_alarm_state_configured",
    types: [ALARM, "aws:cloudwatch/compositeAlarm:CompositeAlarm"],
    judge: (alarm) => {
      const told = ["alarmActions", "insufficientDataActions", "okActions"].some(
        (name) => input(alarm, name) === UNKNOWN || listOf(input(alarm, name)).length > 0,
      );
      return when(told, "tells nobody");
    },
  }),
  packed({
    id: "CloudWatchLogGroupEncrypted",
    holds: "logs are encrypted with a KMS key",
    remedy: "Give the log group a kmsKeyId.",
    hipaa: "164.312(a)(2)(iv)",
    config: "cloudwatch-log-group-encrypted",
    prowler: "cloudwatch_log_group_kms_encryption_enabled",
    types: [LOG_GROUP],
    judge: given("kmsKeyId", "is not encrypted with a KMS key"),
  }),
  packed({
    id: "CloudWatchLogGroupRetentionPeriod",
    holds: "it is said how long logs are kept",
    remedy: "Set retentionInDays.",
    hipaa: "164.312(b)",
    config: "cw-loggroup-retention-period-check",
    prowler: "cloudwatch_log_group_retention_policy_specific_days_enabled",
    types: [LOG_GROUP],
    judge: given("retentionInDays", "is kept for ever without anybody having said so"),
  }),
];

function trailKept(trail: Resource, plan: Plan): Verdict {
  const name = input(trail, "s3BucketName");
  const days = plan
    .of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    .filter((lifecycle) => input(lifecycle, "bucket") === name && name !== UNKNOWN)
    .flatMap(expirations);
  if (name === UNKNOWN || days.includes(UNKNOWN)) return "undecided";
  const shortest = Math.min(...(days as number[]));
  return shortest >= TRAIL_DAYS ? "kept" : broken(`is kept for ${shortest} days`);
}

/** Days after which files of a bucket go; none where they stay. */
function expirations(lifecycle: Resource): (number | Unknown)[] {
  return listOf(input(lifecycle, "rules"))
    .map((rule) => ({ inputs: rule as Resource["inputs"] }))
    .filter((rule) => isGiven(rule, "expiration.days"))
    .map((rule) => input(rule, "expiration.days"))
    .map((days) => (days === UNKNOWN ? UNKNOWN : Number(days)));
}
