import { randomBytes } from "node:crypto";
import { flag, given, number, tags, text } from "../../properties.ts";
import { AwsError, type CheckFailure, type Properties, type ResourceKind } from "../../world.ts";
import { applyAll } from "./apply.ts";
import {
  balancersOf,
  groupOf,
  type GroupSettings,
  type HealthCheckSettings,
  type LoadBalancingAccount,
  type TargetGroup,
} from "./model.ts";
import { nameFailures } from "./names.ts";

const DEFAULT_DELAY_SECONDS = 300;
/** Of a health check of a network load balancer, in seconds and in looks. */
const DEFAULTS = { interval: 30, timeout: { HTTP: 6, TCP: 10 }, threshold: 3 } as const;

/** `aws.lb.TargetGroup`: machines by TCP. */
export function targetGroupKind(account: LoadBalancingAccount): ResourceKind {
  return {
    type: "aws:lb/targetGroup:TargetGroup",
    replaceOn: [
      "name",
      "namePrefix",
      "port",
      "protocol",
      "protocolVersion",
      "targetType",
      "vpcId",
      "ipAddressType",
    ],
    actions: {
      create: "elasticloadbalancing:CreateTargetGroup",
      update: "elasticloadbalancing:ModifyTargetGroup",
      read: "elasticloadbalancing:DescribeTargetGroups",
      delete: "elasticloadbalancing:DeleteTargetGroup",
    },
    check: checkInputs,
    async create(inputs) {
      const created = createGroup(account, inputs);
      return { id: created.arn, outputs: { ...given(inputs), ...outputsOf(account, created) } };
    },
    async update(id, inputs) {
      const found = groupOf(account, id);
      found.settings = settingsOf(inputs);
      await applyAll(account);
      return { ...given(inputs), ...outputsOf(account, found) };
    },
    async read(id, state) {
      const found = account.groups.get(id);
      if (!found) return undefined;
      const outputs = { ...given(state), ...outputsOf(account, found) };
      return { id, outputs, inputs: inputsOf(found) };
    },
    async delete(id) {
      if (balancersOf(account, id).length > 0) {
        const message = `Target group '${id}' is currently in use by a listener or a rule`;
        throw new AwsError("ResourceInUse", message);
      }
      account.groups.delete(id);
    },
  };
}

function checkInputs(inputs: Properties): readonly CheckFailure[] {
  const failures = [...nameFailures(inputs)];
  const refuse = (property: string, reason: string) => failures.push({ property, reason });
  if (text(inputs, "protocol") !== "TCP") refuse("protocol", "this stand-in forwards TCP only");
  if ((text(inputs, "targetType") ?? "instance") !== "instance") {
    refuse("targetType", "this stand-in has machines as targets only");
  }
  const { healthyThreshold, unhealthyThreshold, interval } = healthCheckOf(inputs);
  for (const threshold of [healthyThreshold, unhealthyThreshold]) {
    if (threshold < 2 || threshold > 10) refuse("healthCheck", "a threshold is from 2 to 10");
  }
  if (interval < 5 || interval > 300) refuse("healthCheck", "an interval is from 5 to 300 seconds");
  return failures;
}

function createGroup(account: LoadBalancingAccount, inputs: Properties): TargetGroup {
  const name = text(inputs, "name") ?? "";
  if ([...account.groups.values()].some((group) => group.name === name)) {
    const message = `A target group with the same name '${name}' exists, but with different settings`;
    throw new AwsError("DuplicateTargetGroupName", message);
  }
  const path = `targetgroup/${name}/${randomBytes(8).toString("hex")}`;
  const created: TargetGroup = {
    arn: account.world.account.arn("elasticloadbalancing", path),
    path,
    name,
    port: number(inputs, "port") ?? 0,
    vpcId: text(inputs, "vpcId") ?? "",
    settings: settingsOf(inputs),
    targets: [],
  };
  account.groups.set(created.arn, created);
  return created;
}

function settingsOf(inputs: Properties): GroupSettings {
  const states = (inputs["targetHealthStates"] as readonly Properties[] | undefined) ?? [];
  return {
    healthCheck: healthCheckOf(inputs),
    deregistrationDelay: number(inputs, "deregistrationDelay") ?? DEFAULT_DELAY_SECONDS,
    connectionTermination: flag(inputs, "connectionTermination") ?? false,
    terminatesUnhealthy: flag(states[0] ?? {}, "enableUnhealthyConnectionTermination") ?? true,
    preserveClientIp: flag(inputs, "preserveClientIp") ?? true,
    tags: tags(inputs),
  };
}

function healthCheckOf(inputs: Properties): HealthCheckSettings {
  const check = (inputs["healthCheck"] as Properties | undefined) ?? {};
  const protocol = text(check, "protocol") === "HTTP" ? "HTTP" : "TCP";
  return {
    protocol,
    path: text(check, "path") ?? "/",
    matcher: text(check, "matcher") ?? "200-399",
    port: text(check, "port") ?? "traffic-port",
    interval: number(check, "interval") ?? DEFAULTS.interval,
    timeout: number(check, "timeout") ?? DEFAULTS.timeout[protocol],
    healthyThreshold: number(check, "healthyThreshold") ?? DEFAULTS.threshold,
    unhealthyThreshold: number(check, "unhealthyThreshold") ?? DEFAULTS.threshold,
  };
}

/** The inputs that describe a group, as an import finds them. */
function inputsOf({ name, port, vpcId, settings }: TargetGroup) {
  return {
    name,
    port,
    protocol: "TCP",
    targetType: "instance",
    vpcId,
    deregistrationDelay: settings.deregistrationDelay,
    connectionTermination: settings.connectionTermination,
    preserveClientIp: String(settings.preserveClientIp),
    healthCheck: { enabled: true, ...settings.healthCheck },
    ...(Object.keys(settings.tags).length > 0 && { tags: settings.tags }),
  };
}

function outputsOf(account: LoadBalancingAccount, found: TargetGroup) {
  const { settings } = found;
  return {
    ...inputsOf(found),
    arn: found.arn,
    arnSuffix: found.path,
    ipAddressType: "ipv4",
    loadBalancerArns: balancersOf(account, found.arn).map(({ arn }) => arn),
    loadBalancingAlgorithmType: "",
    loadBalancingAnomalyMitigation: "",
    loadBalancingCrossZoneEnabled: "use_load_balancer_configuration",
    protocolVersion: "",
    stickiness: { enabled: false, type: "source_ip", cookieDuration: 0, cookieName: "" },
    targetFailovers: [],
    targetHealthStates: [{ enableUnhealthyConnectionTermination: settings.terminatesUnhealthy }],
    tagsAll: settings.tags,
  };
}
