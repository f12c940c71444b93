/* Pulumi's names are Terraform's in another spelling: camels for underscores, plurals for lists. */

/** Modules that are named otherwise than the service in Terraform. @type {Readonly<Record<string, string>>} */
const MODULES = { rds: "db", cfg: "config" };

/** Types that follow no rule. @type {Readonly<Record<string, string>>} */
const TYPES = {
  "aws:codedeploy/application:Application": "aws_codedeploy_app",
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig":
    "aws_s3_bucket_replication_configuration",
};

/** Arguments that Pulumi has renamed, by Terraform's type. @type {Readonly<Record<string, Record<string, string>>>} */
const ARGUMENTS = {
  aws_cloudwatch_metric_alarm: { name: "alarm_name" },
  aws_sns_topic_subscription: { topic: "topic_arn" },
};

/** @param {string} name */
const squashed = (name) => name.replaceAll("_", "").toLowerCase();

/**
 * The name that a squashed spelling has among others.
 * @param {string} spelling
 * @param {readonly string[]} names
 */
function among(spelling, names) {
  const wanted = squashed(spelling);
  return names.find((name) => squashed(name) === wanted);
}

/**
 * Terraform's type of a resource, `aws_vpc` for `aws:ec2/vpc:Vpc`.
 * @param {string} type
 * @param {readonly string[]} known
 * @returns {string | undefined}
 */
export function terraformType(type, known) {
  const [, path = "", name = ""] = type.split(":");
  const [module = ""] = path.split("/");
  const spellings = [
    TYPES[type],
    `aws_${module}_${name}`,
    `aws_${MODULES[module] ?? module}_${name}`,
    `aws_${name}`,
    `aws_${module}`,
  ];
  for (const spelling of spellings) {
    const found = spelling && among(spelling, known);
    if (found) return found;
  }
  return undefined;
}

/**
 * Terraform's argument for an input: the same, its singular, or what it has been renamed from.
 * @param {string} input
 * @param {readonly string[]} known
 * @param {string} [type] of the resource, for its own arguments
 * @returns {string | undefined}
 */
export function terraformArgument(input, known, type = "") {
  const renamed = ARGUMENTS[type]?.[input];
  if (renamed !== undefined) return renamed;
  const spellings = [
    input,
    input.replace(/ies$/, "y"),
    input.replace(/([xs]|ch|sh)es$/, "$1"),
    input.replace(/s$/, ""),
    `${input}s`,
  ];
  for (const spelling of spellings) {
    const found = among(spelling, known);
    if (found) return found;
  }
  return undefined;
}
