import { randomBytes } from "node:crypto";
import { given, number, tags, text } from "../../properties.ts";
import { AwsError, type CheckFailure, type Properties, type ResourceKind } from "../../world.ts";
import { applyAll } from "./apply.ts";
import {
  balancerOf,
  groupOf,
  listenerOf,
  listenersOf,
  type Listener,
  type LoadBalancingAccount,
} from "./model.ts";

/** Seconds without a byte. */
const IDLE = { default: 350, least: 60, most: 6_000 } as const;

/** `aws.lb.Listener`: TCP, to one target group. */
export function listenerKind(account: LoadBalancingAccount): ResourceKind {
  return {
    type: "aws:lb/listener:Listener",
    replaceOn: ["loadBalancerArn"],
    actions: {
      create: "elasticloadbalancing:CreateListener",
      update: "elasticloadbalancing:ModifyListener",
      read: "elasticloadbalancing:DescribeListeners",
      delete: "elasticloadbalancing:DeleteListener",
    },
    check: checkInputs,
    async create(inputs) {
      const created = await createListener(account, inputs);
      return { id: created.arn, outputs: { ...given(inputs), ...outputsOf(created) } };
    },
    async update(id, inputs) {
      const found = listenerOf(account, id);
      Object.assign(found, settingsOf(account, inputs));
      await applyAll(account);
      return { ...given(inputs), ...outputsOf(found) };
    },
    async read(id, state) {
      const found = account.listeners.get(id);
      if (!found) return undefined;
      return { id, outputs: { ...given(state), ...outputsOf(found) }, inputs: inputsOf(found) };
    },
    async delete(id) {
      account.listeners.delete(id);
      await applyAll(account);
    },
  };
}

function checkInputs(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (text(inputs, "protocol") !== "TCP") {
    failures.push({ property: "protocol", reason: "this stand-in listens for TCP only" });
  }
  const idle = number(inputs, "tcpIdleTimeoutSeconds") ?? IDLE.default;
  if (idle < IDLE.least || idle > IDLE.most) {
    const reason = `expected to be in the range (${IDLE.least} - ${IDLE.most}), got ${idle}`;
    failures.push({ property: "tcpIdleTimeoutSeconds", reason });
  }
  return failures;
}

async function createListener(
  account: LoadBalancingAccount,
  inputs: Properties,
): Promise<Listener> {
  const balancer = balancerOf(account, text(inputs, "loadBalancerArn") ?? "");
  const settings = settingsOf(account, inputs);
  if (listenersOf(account, balancer.arn).some(({ port }) => port === settings.port)) {
    const message = `A listener already exists on this port for this load balancer '${balancer.arn}'`;
    throw new AwsError("DuplicateListener", message);
  }
  const path = `listener/${balancer.path}/${randomBytes(8).toString("hex")}`;
  const arn = account.world.account.arn("elasticloadbalancing", path);
  const created: Listener = { arn, loadBalancerArn: balancer.arn, ...settings };
  account.listeners.set(arn, created);
  await applyAll(account);
  return created;
}

function settingsOf(account: LoadBalancingAccount, inputs: Properties) {
  const [action = {}] = (inputs["defaultActions"] as readonly Properties[] | undefined) ?? [];
  return {
    port: number(inputs, "port") ?? 0,
    groupArn: groupOf(account, text(action, "targetGroupArn") ?? "").arn,
    idleSeconds: number(inputs, "tcpIdleTimeoutSeconds") ?? IDLE.default,
    tags: tags(inputs),
  };
}

/** The inputs that describe a listener, as an import finds them. */
function inputsOf({ loadBalancerArn, port, groupArn, idleSeconds, tags }: Listener) {
  return {
    loadBalancerArn,
    port,
    protocol: "TCP",
    defaultActions: [{ type: "forward", targetGroupArn: groupArn }],
    tcpIdleTimeoutSeconds: idleSeconds,
    ...(Object.keys(tags).length > 0 && { tags }),
  };
}

function outputsOf(found: Listener) {
  return { ...inputsOf(found), arn: found.arn, sslPolicy: "", tagsAll: found.tags };
}
