import { resource } from "../resources.ts";
import { changed, without } from "./sample.ts";
import type { Sample } from "./sample.ts";

const redirect = { type: "redirect", redirect: { protocol: "HTTPS" } };
const ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";
const FIREWALL_LOGS = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";

export const edge: Sample[] = [
  {
    type: "aws:lb/loadBalancer:LoadBalancer",
    inputs: {
      dropInvalidHeaderFields: true,
      enableDeletionProtection: true,
      accessLogs: { enabled: true, bucket: "logs" },
    },
    beside: [resource(ASSOCIATION, { resourceArn: "arn:aws:elb:region:1:loadbalancer/it-id" })],
    broken: {
      ALBHttpDropInvalidHeaderEnabled: { dropInvalidHeaderFields: false },
      ELBDeletionProtectionEnabled: { enableDeletionProtection: false },
      ELBLoggingEnabled: { accessLogs: { enabled: false } },
      ALBBehindWaf: without(ASSOCIATION),
    },
  },
  {
    type: "aws:lb/listener:Listener",
    inputs: { protocol: "HTTP", defaultActions: [redirect] },
    broken: { ALBHttpToHttpsRedirection: { defaultActions: [{ type: "forward" }] } },
  },
  {
    type: "aws:lb/listener:Listener",
    inputs: {
      protocol: "HTTPS",
      certificateArn: "arn",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    },
    broken: {
      ELBv2ACMCertificateRequired: { certificateArn: undefined },
      ELBv2CurrentTls: { sslPolicy: "ELBSecurityPolicy-2016-08" },
    },
  },
  {
    type: "aws:lb/targetGroup:TargetGroup",
    inputs: { protocol: "HTTPS" },
    broken: { ELBv2TargetTls: { protocol: "HTTP" } },
  },
  {
    type: "aws:wafv2/webAcl:WebAcl",
    inputs: { name: "acme" },
    beside: [
      resource(FIREWALL_LOGS, { resourceArn: "arn:aws:wafv2:x:1:regional/webacl/acme/it-id" }),
    ],
    broken: { WAFv2LoggingEnabled: without(FIREWALL_LOGS) },
  },
];

const machine = {
  instanceType: "m3.large",
  ebsOptimized: true,
  metadataOptions: { httpTokens: "required" },
  monitoring: true,
  associatePublicIpAddress: false,
  iamInstanceProfile: "acme",
  subnetId: "subnet-1",
  rootBlockDevice: { encrypted: true },
};
const SELECTION = "aws:backup/selection:Selection";

export const compute: Sample[] = [
  {
    type: "aws:ec2/instance:Instance",
    inputs: machine,
    broken: {
      EC2IMDSv2Enabled: { metadataOptions: { httpTokens: "optional" } },
      EC2InstanceDetailedMonitoringEnabled: { monitoring: undefined },
      EC2InstanceNoPublicIp: { associatePublicIpAddress: true },
      EC2InstanceProfileAttached: { iamInstanceProfile: undefined },
      EC2InstancesInVPC: { subnetId: undefined },
      EC2VolumesEncrypted: { rootBlockDevice: {} },
    },
  },
  {
    type: "aws:ec2/instance:Instance",
    inputs: { ...machine, instanceType: "m3.xlarge" },
    broken: { EC2EBSOptimizedInstance: { ebsOptimized: undefined } },
  },
  {
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    inputs: {
      metadataOptions: { httpTokens: "required" },
      monitoring: { enabled: true },
      iamInstanceProfile: { arn: "arn" },
      blockDeviceMappings: [{ ebs: { encrypted: "true" } }],
      networkInterfaces: [{ associatePublicIpAddress: "false" }],
    },
    broken: {
      AutoScalingLaunchConfigPublicIpDisabled: {
        networkInterfaces: [{ associatePublicIpAddress: "true" }],
      },
      EC2InstanceDetailedMonitoringEnabled: { monitoring: { enabled: false } },
      EC2VolumesEncrypted: { blockDeviceMappings: [{ ebs: {} }] },
    },
  },
  {
    type: "aws:ebs/volume:Volume",
    inputs: { encrypted: true, tags: { backup: "daily" } },
    beside: [resource(SELECTION, { selectionTags: [{ key: "backup", value: "daily" }] })],
    broken: { EC2EBSInBackupPlan: { tags: {} } },
  },
  {
    type: "aws:autoscaling/group:Group",
    inputs: { targetGroupArns: ["arn"], healthCheckType: "ELB" },
    broken: { AutoScalingGroupELBHealthCheckRequired: { healthCheckType: "EC2" } },
  },
];

const PARAMETERS = "aws:rds/parameterGroup:ParameterGroup";
const forced = (value: string) => ({
  name: "acme",
  parameters: [{ name: "rds.force_ssl", value }],
});

export const rds: Sample = {
  type: "aws:rds/instance:Instance",
  inputs: {
    identifier: "acme",
    engine: "postgres",
    engineVersion: "16.4",
    monitoringInterval: 60,
    backupRetentionPeriod: 15,
    deletionProtection: true,
    publiclyAccessible: false,
    enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
    multiAz: true,
    storageEncrypted: true,
    parameterGroupName: "acme",
  },
  beside: [
    resource(PARAMETERS, forced("1")),
    resource(SELECTION, { resources: ["arn:aws:rds:ca-central-1:1:db:acme"] }),
  ],
  broken: {
    RDSAutomaticMinorVersionUpgradeEnabled: { autoMinorVersionUpgrade: false },
    RDSEnhancedMonitoringEnabled: { monitoringInterval: 0 },
    RDSInBackupPlan: without(SELECTION),
    RDSInstanceBackupEnabled: { backupRetentionPeriod: 0 },
    RDSBackupsKept15Days: { backupRetentionPeriod: 7 },
    RDSInstanceDeletionProtectionEnabled: { deletionProtection: false },
    RDSInstancePublicAccess: { publiclyAccessible: true },
    RDSLoggingEnabled: { enabledCloudwatchLogsExports: ["postgresql"] },
    RDSMultiAZSupport: { multiAz: false },
    RDSStorageEncrypted: { storageEncrypted: false },
    RDSTlsForced: changed(PARAMETERS, forced("0")),
  },
};

export const redis: Sample = {
  type: "aws:elasticache/replicationGroup:ReplicationGroup",
  inputs: {
    snapshotRetentionLimit: 15,
    atRestEncryptionEnabled: true,
    transitEncryptionEnabled: true,
    transitEncryptionMode: "required",
    authToken: "[secret]",
    kmsKeyId: "arn",
    subnetGroupName: "acme",
    multiAzEnabled: true,
    automaticFailoverEnabled: true,
    autoMinorVersionUpgrade: true,
  },
  broken: {
    ElastiCacheRedisClusterAutomaticBackup: { snapshotRetentionLimit: 14 },
    ElastiCacheEncryptedAtRest: { atRestEncryptionEnabled: false },
    ElastiCacheEncryptedInTransit: { transitEncryptionMode: "preferred" },
    ElastiCacheAuthToken: { authToken: undefined },
    ElastiCacheOwnKey: { kmsKeyId: undefined },
    ElastiCacheInSubnetGroup: { subnetGroupName: undefined },
    ElastiCacheMultiAz: { multiAzEnabled: false },
    ElastiCacheMinorUpgrades: { autoMinorVersionUpgrade: false },
  },
};

const VPC_ID = { vpcId: "it-id" };
const FLOW_LOG = "aws:ec2/flowLog:FlowLog";
const DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";

export const network: Sample[] = [
  {
    type: "aws:ec2/vpc:Vpc",
    inputs: {},
    beside: [resource(FLOW_LOG, VPC_ID), resource(DEFAULT_GROUP, VPC_ID)],
    broken: {
      VPCFlowLogsEnabled: without(FLOW_LOG),
      VPCDefaultSecurityGroupClosed: changed(DEFAULT_GROUP, { ...VPC_ID, egress: [{}] }),
    },
  },
  {
    type: "aws:ec2/route:Route",
    inputs: { destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" },
    broken: { VPCNoUnrestrictedRouteToIGW: { gatewayId: "igw-1" } },
  },
  {
    type: "aws:ec2/subnet:Subnet",
    inputs: {},
    broken: { VPCSubnetAutoAssignPublicIpDisabled: { mapPublicIpOnLaunch: true } },
  },
];
