import { z } from "zod";

const named = z.array(z.object({ name: z.string(), value: z.string() })).default([]);

const container = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i, "is no name that Kubernetes takes"),
  image: z.string().min(1),
  cpu: z.number().optional(),
  memory: z.number().optional(),
  memoryReservation: z.number().optional(),
  essential: z.boolean().default(true),
  portMappings: z
    .array(z.object({ containerPort: z.number(), protocol: z.string().optional() }))
    .default([]),
  environment: named,
  secrets: z.array(z.object({ name: z.string(), valueFrom: z.string() })).default([]),
  command: z.array(z.string()).optional(),
  entryPoint: z.array(z.string()).optional(),
  workingDirectory: z.string().optional(),
  user: z.string().optional(),
  readonlyRootFilesystem: z.boolean().optional(),
  stopTimeout: z.number().optional(),
  healthCheck: z
    .object({
      command: z.array(z.string()).min(2),
      interval: z.number().default(30),
      timeout: z.number().default(5),
      retries: z.number().default(3),
      startPeriod: z.number().default(0),
    })
    .optional(),
  mountPoints: z.array(z.unknown()).default([]),
  volumesFrom: z.array(z.unknown()).default([]),
});

const definition = z.object({
  family: z.string(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  runtimePlatform: z.object({ cpuArchitecture: z.string().optional() }).optional(),
  containerDefinitions: z.array(container).min(1),
});

/** The parts of an ECS task definition that say how it runs. */
export type TaskDefinition = z.output<typeof definition>;
export type TaskContainer = TaskDefinition["containerDefinitions"][number];

/**
 * Reads a task definition as ECS describes it.
 *
 * @throws Error with what of it cannot be carried over
 */
export function readTaskDefinition(described: unknown): TaskDefinition {
  const parsed = definition.safeParse(described);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new Error(`${path.join(".") || "It"}: ${message}`);
  }
  const lacks = [...uncarried(parsed.data)];
  if (lacks.length > 0) throw new Error(lacks.join("; "));
  return parsed.data;
}

/** The first port of a definition: what the world is led to. */
export function portOf({ containerDefinitions }: TaskDefinition): number | undefined {
  return containerDefinitions.flatMap(({ portMappings }) => portMappings)[0]?.containerPort;
}

function* uncarried({ runtimePlatform, containerDefinitions }: TaskDefinition): Iterable<string> {
  if (runtimePlatform?.cpuArchitecture === "ARM64") {
    yield "it is for ARM64, but the cluster's machines are x86; build the image for linux/amd64";
  }
  for (const { name, mountPoints, volumesFrom, portMappings } of containerDefinitions) {
    if (mountPoints.length > 0 || volumesFrom.length > 0) {
      yield `container ${name} mounts volumes, which have to be moved first: give it a claim to hcloud-volumes`;
    }
    if (portMappings.some(({ protocol }) => protocol !== undefined && protocol !== "tcp")) {
      yield `container ${name} has a port that is not TCP, which the load balancer does not carry`;
    }
  }
}
