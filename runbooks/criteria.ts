import type { StepContext } from "../automation/step.ts";
import { applicationOf } from "./application/application.ts";
import { checkApplication } from "./cloud/applicationCheck.ts";
import { elasticacheClient, findCluster, findGroup } from "./cloud/elasticache.ts";
import { redisErrors } from "./cloud/logs.ts";
import { cacheTraffic } from "./cloud/metrics.ts";
import { targetReference } from "./cloud/redis.ts";
import { describeSecret } from "./cloud/secrets.ts";
import { targetOf } from "./cloud/target.ts";
import { sourceClusterId } from "./settings.ts";

/** One of the requirement's success criteria, with what proves it. */
export interface Criterion {
  readonly id: string;
  readonly title: string;
  /** What a person would type to see the same. */
  readonly command?: string;
  look(ctx: StepContext): Promise<{ met: boolean; proof: string }>;
}

export const encryptedGroup: Criterion = {
  id: "1-encrypted-group",
  title: "The replication group encrypts at rest and in transit and asks for a token",
  command: "aws elasticache describe-replication-groups --query …Encryption…",
  look: async (ctx) => {
    const { groupId } = targetOf(ctx);
    const group = await findGroup(elasticacheClient(ctx), groupId);
    const facts = {
      AtRestEncryptionEnabled: group?.AtRestEncryptionEnabled,
      TransitEncryptionEnabled: group?.TransitEncryptionEnabled,
      TransitEncryptionMode: group?.TransitEncryptionMode,
      AuthTokenEnabled: group?.AuthTokenEnabled,
    };
    const met =
      facts.AtRestEncryptionEnabled === true &&
      facts.TransitEncryptionEnabled === true &&
      facts.TransitEncryptionMode === "required" &&
      facts.AuthTokenEnabled === true;
    const flags = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
    return { met, proof: `${groupId}: ${flags.join(", ")}` };
  },
};

export const tokenStored: Criterion = {
  id: "2-token-stored",
  title: "The AUTH token is in Secrets Manager",
  command: "aws secretsmanager describe-secret",
  look: async (ctx) => {
    const { name, versions } = await describeSecret(ctx, targetOf(ctx).secretArn);
    return { met: versions > 0, proof: `secret ${name} has ${versions} version(s)` };
  },
};

export const applicationUsesTls: Criterion = {
  id: "3-application-updated",
  title: "The application connects with TLS and token",
  look: async (ctx) => {
    const { environment, secrets } = targetOf(ctx).bundle;
    const deployed = ctx.results["deploy-application"];
    const met = deployed !== undefined && environment["REDIS_TLS_ENABLED"] === "true";
    const names = [...Object.keys(environment), ...Object.keys(secrets)].join(", ");
    const what = deployed?.["taskDefinition"] ?? deployed?.["deployedBy"] ?? "nothing";
    return { met, proof: `deployed ${what as string} with ${names}` };
  },
};

export const servicesHealthy: Criterion = {
  id: "4-services-healthy",
  title: "Every task of the application runs and the deployment is complete",
  command: "aws ecs describe-services",
  look: async (ctx) => {
    const { healthy, proof } = await applicationOf(ctx).status();
    return { met: healthy, proof };
  },
};

export const connectionTests: Criterion = {
  id: "5-connection-tests",
  title: "PING over verified TLS with the token answers PONG, and without either is refused",
  command: "redis-cli --tls --sni … PING",
  look: async (ctx) => {
    const seen = await ctx.mover.call("connections", { server: targetReference(ctx) });
    const { proper, withoutToken, withoutTls } = seen as Readonly<Record<string, string>>;
    const refused = [withoutToken, withoutTls].every((answer) => answer?.startsWith("refused"));
    return {
      met: proper === "PONG" && refused,
      proof: `${proper}; without token ${withoutToken}; without TLS ${withoutTls}`,
    };
  },
};

export const functionalRequest: Criterion = {
  id: "6-functional-request",
  title: "The functional request through the rate limiter works",
  command: "curl -X POST …",
  look: async (ctx) => {
    try {
      return { met: true, proof: await checkApplication(ctx) };
    } catch (error) {
      return { met: false, proof: (error as Error).message };
    }
  },
};

export const logsClean: Criterion = {
  id: "7-logs-clean",
  title: "The application's log has no Redis error since it was deployed",
  command: "aws logs tail --since 10m | grep -i redis",
  look: async (ctx) => {
    const errors = await redisErrors(ctx);
    const [first] = errors;
    return {
      met: errors.length === 0,
      proof: first ? `${errors.length} lines, first: ${first}` : "no such line",
    };
  },
};

export const metricsNormal: Criterion = {
  id: "8-metrics-normal",
  title: "CloudWatch shows the target being used: cache hits in the last ten minutes",
  command: "aws cloudwatch get-metric-statistics --metric-name CacheHits",
  look: async (ctx) => {
    const { hits, cpuPercent } = await cacheTraffic(ctx, `${targetOf(ctx).groupId}-001`);
    return { met: hits > 0, proof: `${hits} cache hits, CPU ${cpuPercent.toFixed(1)} %` };
  },
};

export const soaked: Criterion = {
  id: "9-stable",
  title: "It has run stably on the target for the soak",
  look: async (ctx) => {
    const { healthy, proof } = await applicationOf(ctx).status();
    return { met: healthy && ctx.results["soak"] !== undefined, proof: `after the soak: ${proof}` };
  },
};

export const sourceDeleted: Criterion = {
  id: "10-source-deleted",
  title: "The old cluster is deleted",
  command: "aws elasticache describe-cache-clusters",
  look: async (ctx) => {
    const id = sourceClusterId(ctx);
    const cluster = await findCluster(elasticacheClient(ctx), id);
    return {
      met: cluster === undefined,
      proof: cluster ? `${id} is ${cluster.CacheClusterStatus}` : `there is no cluster ${id}`,
    };
  },
};
