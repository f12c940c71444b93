import type { Facts, StepContext } from "../../automation/step.ts";
import { applicationSettings } from "../settings.ts";
import { commandApplication } from "./command.ts";
import { ecsApplication } from "./ecs.ts";

/** What the application must be given to reach a Redis: plain environment, and secrets by reference. */
export interface Bundle {
  readonly environment: Readonly<Record<string, string>>;
  /** Variable → ARN of the secret whose value it gets. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What a deployment connects the application to; each has a revision of its own. */
export type Purpose = "relay" | "target";

/** The application as a runbook handles it. Every call may run again after a kill. */
export interface Application {
  /** Refuses early what could not be stopped or deployed. */
  check(): Promise<void>;
  /** What `restore` needs to bring it back as it was; taken before anything is changed. */
  remember(): Promise<Facts>;
  /** Ends every task and waits until none runs. */
  stop(): Promise<void>;
  /**
   * Gives it another connection and waits until it serves with it: one that was stopped is started, one that runs is
   * replaced task by task, without standing still. Returns references for the evidence.
   */
  deploy(bundle: Bundle, remembered: Facts, purpose: Purpose): Promise<Facts>;
  /** The same with the connection that it had when it was remembered. */
  restore(remembered: Facts): Promise<void>;
  /** What runs now, and whether that is what should. */
  status(): Promise<{ healthy: boolean; proof: string }>;
}

/** The application of the stack's settings: an ECS service, or commands of the user's. */
export function applicationOf(ctx: StepContext): Application {
  const { ecs, command } = applicationSettings(ctx);
  return ecs ? ecsApplication(ctx, ecs) : commandApplication(ctx, command!);
}
