interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: object;
}

/** Who may take on a role, by its trust policy. */
export interface Trust {
  /** Services, such as `ecs-tasks.amazonaws.com`. */
  readonly services: readonly string[];
  /** Whether anyone may, in any account. */
  readonly everyone: boolean;
}

/** @param policy the role's trust policy, as JSON */
export function trustOf(policy: string): Trust {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
  const allowed = [Statement].flat().filter((each) => each.Effect === "Allow" && assumes(each));
  return {
    services: allowed.flatMap((each) => principals(each, "Service")),
    everyone: allowed.some(
      (each) => each.Condition === undefined && principals(each, "AWS").includes("*"),
    ),
  };
}

function assumes({ Action = [] }: Statement): boolean {
  return [Action].flat().some((action) => ["sts:AssumeRole", "sts:*", "*"].includes(action));
}

function principals({ Principal = {} }: Statement, kind: string): string[] {
  if (Principal === "*") return ["*"];
  return [Principal[kind] ?? []].flat();
}
