import { resource } from "../resources.ts";
import { changed, without } from "./sample.ts";
import type { Sample } from "./sample.ts";

const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const LOG_SOURCE = "aws:cloudwatch/logDeliverySource:LogDeliverySource";
const origin = {
  customOriginConfig: { originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] },
};

export const cloudfront: Sample = {
  type: "aws:cloudfront/distribution:Distribution",
  inputs: {
    defaultCacheBehavior: { viewerProtocolPolicy: "redirect-to-https" },
    viewerCertificate: { minimumProtocolVersion: "TLSv1.2_2021" },
    origins: [origin, { originAccessControlId: "E1" }],
  },
  beside: [resource(LOG_SOURCE, { resourceArn: "arn:aws:cloudfront::1:distribution/it-id" })],
  broken: {
    CloudFrontHttpsOnly: { orderedCacheBehaviors: [{ viewerProtocolPolicy: "allow-all" }] },
    CloudFrontCurrentTls: { viewerCertificate: { cloudfrontDefaultCertificate: true } },
    CloudFrontOriginTls: {
      origins: [{ customOriginConfig: { originProtocolPolicy: "http-only" } }],
    },
    CloudFrontOriginAccessControl: { origins: [{ s3OriginConfig: {} }] },
    CloudFrontLogged: without(LOG_SOURCE),
  },
};

const keptFor = (days: number) => ({ bucket: "trail", rules: [{ expiration: { days } }] });

export const audit: Sample[] = [
  {
    type: "aws:cloudtrail/trail:Trail",
    inputs: {
      cloudWatchLogsGroupArn: "arn",
      kmsKeyId: "arn",
      enableLogFileValidation: true,
      s3BucketName: "trail",
    },
    beside: [resource(LIFECYCLE, keptFor(90))],
    broken: {
      CloudTrailCloudWatchLogsEnabled: { cloudWatchLogsGroupArn: undefined },
      CloudTrailEncryptionEnabled: { kmsKeyId: undefined },
      CloudTrailLogFileValidationEnabled: { enableLogFileValidation: false },
      CloudTrailKept90Days: changed(LIFECYCLE, keptFor(89)),
    },
  },
  {
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    inputs: { alarmActions: ["arn"] },
    broken: { CloudWatchAlarmAction: { alarmActions: [] } },
  },
  {
    type: "aws:cloudwatch/logGroup:LogGroup",
    inputs: { kmsKeyId: "arn", retentionInDays: 30 },
    broken: {
      CloudWatchLogGroupEncrypted: { kmsKeyId: undefined },
      CloudWatchLogGroupRetentionPeriod: { retentionInDays: undefined },
    },
  },
];

const ROTATION = "aws:secretsmanager/secretRotation:SecretRotation";

export const keys: Sample[] = [
  {
    type: "aws:secretsmanager/secret:Secret",
    inputs: { kmsKeyId: "arn" },
    beside: [resource(ROTATION, { secretId: "it-id" })],
    broken: {
      SecretsManagerRotationEnabled: without(ROTATION),
      SecretsManagerUsingKMSKey: { kmsKeyId: "alias/aws/secretsmanager" },
    },
  },
  {
    type: "aws:kms/key:Key",
    inputs: { enableKeyRotation: true },
    broken: { KMSKeyRotation: { enableKeyRotation: false } },
  },
  {
    type: "aws:sns/topic:Topic",
    inputs: { kmsMasterKeyId: "arn" },
    broken: { SNSEncryptedKMS: { kmsMasterKeyId: undefined } },
  },
];
