import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { DATA_PATH, METRICS_NAMESPACE } from "./metrics.ts";
import { nginxHttp, nginxHttps } from "./nginx.ts";
import { jobs, jobUnit, serviceUnit, timerUnit } from "./units.ts";

const PM2_VERSION = "5.4.3";
const CERTBOT_VERSION = "2.11.0";
const RETRY_SECONDS = 10;
const METRICS_SECONDS = 300;
const SCRIPTS = ["web-setup", "web-certificate", "web-release", "web-backup", "web-secrets"];

export interface WebUserData {
  readonly app: string;
  readonly apiDomain: string;
  readonly port: number;
  readonly script: string;
  readonly healthPath: string;
  readonly region: string;
  readonly dataVolumeId: string;
  readonly releasesBucket: string;
  readonly backupsBucket: string;
  /** A reference, never the value. */
  readonly sessionSecretArn: string;
  readonly logGroup: string;
  /** What the application is told: references, never secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What the machine is given for its first start: a cloud-config without any secret. */
export function webUserData(args: WebUserData): string {
  const scripts = SCRIPTS.map((name) => file(`/usr/local/sbin/${name}`, "0755", own(`${name}.sh`)));
  const units = jobs.flatMap((job) => [
    file(`/etc/systemd/system/${job.name}.service`, "0644", jobUnit(job)),
    file(`/etc/systemd/system/${job.name}.timer`, "0644", timerUnit(job)),
  ]);
  const config = {
    write_files: [
      file("/etc/web/machine.env", "0644", lines(machineEnvironment(args))),
      file("/etc/web/application.env", "0644", lines(applicationEnvironment(args))),
      file("/etc/web/ecosystem.config.cjs", "0644", own("ecosystem.config.cjs")),
      file("/etc/web/agent.json", "0644", agentConfig(args)),
      file("/etc/web/nginx-https.conf", "0644", nginxHttps(args)),
      file("/etc/nginx/conf.d/web-http.conf", "0644", nginxHttp),
      file("/etc/systemd/system/web.service", "0644", serviceUnit),
      ...units,
      ...scripts,
    ],
    // A machine's first start may come before its address and its volume.
    runcmd: [["sh", "-c", `until /usr/local/sbin/web-setup; do sleep ${RETRY_SECONDS}; done`]],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

function machineEnvironment(args: WebUserData): Record<string, string> {
  return {
    AWS_DEFAULT_REGION: args.region,
    API_DOMAIN: args.apiDomain,
    PORT: String(args.port),
    HEALTH_PATH: args.healthPath,
    DATA_PATH,
    DATA_VOLUME: args.dataVolumeId,
    RELEASES_BUCKET: args.releasesBucket,
    BACKUPS_BUCKET: args.backupsBucket,
    SESSION_SECRET: args.sessionSecretArn,
    PM2_VERSION,
    CERTBOT_VERSION,
  };
}

function applicationEnvironment({ script, environment }: WebUserData): Record<string, string> {
  return { ...environment, WEB_SCRIPT: script };
}

function agentConfig({ app, logGroup }: WebUserData): string {
  const collect = (path: string, stream: string) => ({
    file_path: path,
    log_group_name: logGroup,
    log_stream_name: `{instance_id}/${stream}`,
  });
  const append_dimensions = { Application: app };
  return JSON.stringify({
    // The machine's name would make other figures of each machine's.
    agent: { metrics_collection_interval: METRICS_SECONDS, omit_hostname: true },
    logs: {
      logs_collected: {
        files: {
          collect_list: [
            collect("/var/log/web/out.log", "out"),
            collect("/var/log/web/error.log", "error"),
            collect("/var/log/nginx/error.log", "nginx"),
          ],
        },
      },
    },
    metrics: {
      namespace: METRICS_NAMESPACE,
      metrics_collected: {
        disk: {
          measurement: ["used_percent"],
          resources: [DATA_PATH],
          drop_device: true,
          append_dimensions,
        },
        mem: { measurement: ["mem_used_percent"], append_dimensions },
      },
    },
  });
}

function lines(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

function own(name: string): string {
  return readFileSync(new URL(`files/${name}`, import.meta.url), "utf8");
}

function file(path: string, permissions: string, content: string) {
  return { path, owner: "root:root", permissions, content };
}
