type Statement = Readonly<Record<string, unknown>>;

/** What services may do with a key beside what the account's own roles may. */
export type ServiceStatements = (region: string, account: string) => readonly Statement[];

const USES = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncrypt*",
  "kms:GenerateDataKey*",
  "kms:DescribeKey",
];

/** The account decides who uses the key; beside it only services that cannot be given a role. */
export function keyPolicy(keyArn: string, region: string, services: ServiceStatements): string {
  const account = keyArn.split(":")[4]!;
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AccountAdministers",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      ...services(region, account),
    ],
  });
}

/**
 * The Auto Scaling group starts instances by a role of the service's own, which no policy of the account reaches. It is
 * named by a condition: as a principal it would have to exist, and it comes with the first group only.
 */
export const volumeStatements: ServiceStatements = (_region, account) => {
  const role = `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
  const itself = { ArnEquals: { "aws:PrincipalArn": role } };
  return [
    {
      Sid: "InstancesHaveEncryptedVolumes",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: USES,
      Resource: "*",
      Condition: itself,
    },
    {
      Sid: "InstancesKeepThem",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { ...itself, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
};

/** Roles are given the use of it by their own policies. */
export const secretsStatements: ServiceStatements = () => [];

export const logsStatements: ServiceStatements = (region, account) => [
  {
    Sid: "LogsAreEncrypted",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: USES,
    Resource: "*",
    Condition: {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${account}:*` },
    },
  },
  {
    Sid: "TheTrailIsEncrypted",
    Effect: "Allow",
    Principal: { Service: "cloudtrail.amazonaws.com" },
    Action: ["kms:GenerateDataKey*", "kms:DescribeKey"],
    Resource: "*",
    Condition: { StringEquals: { "aws:SourceAccount": account } },
  },
  {
    Sid: "AlarmsReachEncryptedTopic",
    Effect: "Allow",
    Principal: {
      Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com", "codedeploy.amazonaws.com"],
    },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition: { StringEquals: { "aws:SourceAccount": account } },
  },
];
