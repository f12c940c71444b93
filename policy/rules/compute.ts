import type { Plan, Resource } from "../plan.ts";
import { input, isGiven, listOf, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { packed, truth, when } from "../rule.ts";
import { inBackupPlan } from "./backup.ts";

const INSTANCE = "aws:ec2/instance:Instance";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration";
const AUTO_SCALING = "aws:autoscaling/group:Group";
const VOLUME = "aws:ebs/volume:Volume";
/** Where optimisation is a choice; later types have it always. */
const OPTIMISABLE = /^(c1|c3|g2|i2|m1|m2|m3|r3)\./;

/** Machines, one by one and in groups. */
export const compute: readonly Rule[] = [
  packed({
    id: "EC2IMDSv2Enabled",
    holds: "a machine's credentials are given against a token only",
    remedy: "Set metadataOptions.httpTokens to required.",
    hipaa: "164.308(a)(3)(i)",
    config: "ec2-imdsv2-check",
    prowler: "ec2_instance_imdsv2_enabled",
    types: [INSTANCE, TEMPLATE, CONFIGURATION],
    judge: (machine) =>
      when(
        input(machine, "metadataOptions.httpTokens") === "required",
        "gives credentials to whoever can make it send a request",
      ),
  }),
  packed({
    id: "EC2InstanceDetailedMonitoringEnabled",
    holds: "a machine is measured each minute",
    remedy: "Set monitoring.",
    hipaa: "164.312(b)",
    config: "ec2-instance-detailed-monitoring-enabled",
    prowler: "ec2_instance_detailed_monitoring_enabled",
    types: [INSTANCE, TEMPLATE],
    judge: (machine) => {
      const path = machine.type === TEMPLATE ? "monitoring.enabled" : "monitoring";
      return when(truth(input(machine, path)), "is measured every five minutes only");
    },
  }),
  packed({
    id: "EC2InstanceNoPublicIp",
    holds: "a machine has no public address",
    remedy: "Set associatePublicIpAddress to false.",
    hipaa: "164.308(a)(3)(i)",
    config: "ec2-instance-no-public-ip",
    prowler: "ec2_instance_public_ip",
    types: [INSTANCE],
    judge: (machine) => notTrue(machine, "associatePublicIpAddress"),
  }),
  packed({
    id: "AutoScalingLaunchConfigPublicIpDisabled",
    holds: "machines of a group have no public address",
    remedy:
      "Set associatePublicIpAddress to false, in a launch template for each network interface.",
    hipaa: "164.308(a)(3)(i)",
    config: "autoscaling-launch-config-public-ip-disabled",
    prowler: "ec2_launch_template_no_public_ip",
    // cdk-nag looks at launch configurations only, and passes over templates.
    types: [CONFIGURATION, TEMPLATE],
    judge: (template) =>
      template.type === CONFIGURATION
        ? notTrue(template, "associatePublicIpAddress")
        : when(
            !listOf(input(template, "networkInterfaces")).some(
              (each) =>
                truth((each as Record<string, unknown>)["associatePublicIpAddress"]) === true,
            ),
            HAS_PUBLIC_ADDRESS,
          ),
  }),
  packed({
    id: "EC2InstanceProfileAttached",
    holds: "a machine has a role of its own",
    remedy: "Set iamInstanceProfile.",
    hipaa: "164.308(a)(3)(i)",
    config: "ec2-instance-profile-attached",
    prowler: "ec2_instance_profile_attached",
    types: [INSTANCE, TEMPLATE],
    judge: (machine) => when(isGiven(machine, "iamInstanceProfile"), "has no role"),
  }),
  packed({
    id: "EC2InstancesInVPC",
    holds: "a machine is in a subnet of a network of its own",
    remedy: "Set subnetId.",
    hipaa: "164.308(a)(3)(i)",
    config: "ec2-instances-in-vpc",
    types: [INSTANCE],
    judge: (machine) => when(isGiven(machine, "subnetId"), "is in whatever network is the default"),
  }),
  packed({
    id: "EC2EBSOptimizedInstance",
    holds: "a machine of an old type has its own way to its volumes",
    remedy: "Set ebsOptimized, or take a current type.",
    hipaa: "164.308(a)(7)(i)",
    config: "ebs-optimized-instance",
    types: [INSTANCE],
    judge: (machine) =>
      OPTIMISABLE.test(String(input(machine, "instanceType")))
        ? when(truth(input(machine, "ebsOptimized")), "shares its way to its volumes")
        : "kept",
  }),
  {
    id: "EC2VolumesEncrypted",
    holds: "volumes are encrypted",
    remedy: "Set encrypted on each volume.",
    hipaa: "164.312(a)(2)(iv)",
    cdkNag: "AwsSolutions-EC26",
    config: "encrypted-volumes",
    prowler: "ec2_ebs_volume_encryption",
    types: [INSTANCE, TEMPLATE, VOLUME],
    judge: volumesEncrypted,
  },
  packed({
    id: "EC2EBSInBackupPlan",
    holds: "a volume is in a backup plan",
    remedy: "Declare a backup Selection that names it or a tag of it.",
    hipaa: "164.308(a)(7)(i)",
    config: "ebs-in-backup-plan",
    prowler: "ec2_ebs_volume_protected_by_backup_plan",
    types: [VOLUME],
    judge: (volume, plan) => inBackupPlan(volume, plan, "volume/"),
  }),
  packed({
    id: "AutoScalingGroupELBHealthCheckRequired",
    holds: "a group behind a balancer goes by the balancer's health check",
    remedy: "Set healthCheckType to ELB.",
    hipaa: "164.312(b)",
    config: "autoscaling-group-elb-healthcheck-required",
    prowler: "autoscaling_group_elb_health_check_enabled",
    types: [AUTO_SCALING],
    judge: healthByBalancer,
  }),
];

const HAS_PUBLIC_ADDRESS = "has a public address";

function notTrue(resource: Resource, path: string): Verdict {
  const value = truth(input(resource, path));
  return when(value === UNKNOWN ? UNKNOWN : !value, HAS_PUBLIC_ADDRESS);
}

function volumesEncrypted(machine: Resource): Verdict {
  const devices =
    machine.type === VOLUME
      ? [machine.inputs]
      : machine.type === TEMPLATE
        ? listOf(input(machine, "blockDeviceMappings")).map(
            (mapping) => (mapping as { ebs?: unknown }).ebs ?? {},
          )
        : [input(machine, "rootBlockDevice"), ...listOf(input(machine, "ebsBlockDevices"))];
  const known = devices.map((device) =>
    truth(input({ inputs: (device ?? {}) as Resource["inputs"] }, "encrypted")),
  );
  if (known.includes(false) || known.length === 0) return when(false, "has a volume in plaintext");
  return known.includes(UNKNOWN) ? "undecided" : "kept";
}

function healthByBalancer(group: Resource, plan: Plan): Verdict {
  const attached = plan.beside(
    group,
    "aws:autoscaling/attachment:Attachment",
    "autoscalingGroupName",
  );
  const behind =
    isGiven(group, "targetGroupArns") ||
    isGiven(group, "loadBalancers") ||
    (attached !== UNKNOWN && attached.length > 0);
  if (!behind) return attached === UNKNOWN ? "undecided" : "kept";
  return when(
    input(group, "healthCheckType") === "ELB",
    "keeps machines that its balancer finds ill",
  );
}
