import { z } from "zod";
import { usageError } from "../../automation/errors.ts";

const SERVER = /^([^\s:]+):(\d{1,5})$/;

const text = z.string();
const whole = (least: number, most: number) =>
  text
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`));
const server = text.regex(SERVER, "must be HOST:PORT").transform((value) => {
  const [, host, port] = SERVER.exec(value)!;
  return { host: host!, port: Number(port) };
});
const secret = text.regex(/^arn:[^:]+:secretsmanager:/, "must be the ARN of a secret");

/** What the unit of a relay's machine sets: references only, never a secret's value. */
const schema = z.object({
  GODWIT_RELAY_NAME: text.regex(/^[a-z0-9-]+$/, "must be a name such as relay-1"),
  GODWIT_RELAY_LISTEN: text.min(1, "must be an address of this machine"),
  GODWIT_RELAY_SOURCE: server,
  GODWIT_RELAY_TARGET: server,
  GODWIT_RELAY_TOKEN_SECRET: secret,
  GODWIT_RELAY_CONTROL_SECRET: secret,
  GODWIT_RELAY_MOVE: text.min(1, "must be the id of the replication group"),
  GODWIT_RELAY_REPLICAS: whole(0, 5),
  GODWIT_RELAY_UNTIL: z.iso
    .datetime({ offset: true, error: "must be a time such as 2026-03-01T06:00:00Z" })
    .transform((value) => new Date(value)),
  GODWIT_RELAY_MAX_CLIENTS: whole(1, 1_000_000),
  AWS_REGION: text.min(1, "must be a region such as us-east-1"),
});

export type RelayEnvironment = z.infer<typeof schema>;

/** Reads a relay's environment. Throws with every variable that is missing or wrong, and no value. */
export function readRelayEnvironment(env: Readonly<Record<string, string>>): RelayEnvironment {
  const { data, error } = schema.safeParse(env);
  if (data) return data;
  const wrong = error.issues.map(({ path, message }) => {
    const variable = String(path[0]);
    return `${variable} ${env[variable] === undefined ? "is missing" : message}`;
  });
  throw usageError(
    "relay-environment",
    `A relay is told by its environment what it does, and that is not right: ${wrong.join("; ")}.`,
    "Start it as the stack's unit does, `systemctl start godwit-relay`; if /etc/godwit/relay.env is wrong, bring the stack up again.",
    "It has not listened for clients.",
  );
}
