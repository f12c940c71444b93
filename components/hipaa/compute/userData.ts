import { architectureOf } from "../../machine/image.ts";
import { APPLICATION_PORT } from "../ports.ts";
import { agentConfig } from "./agentConfig.ts";
import { agentHost, deployHost } from "./bootHosts.ts";

const PM2_VERSION = "5.4.3";
/** The longest that clients take a certificate for; instances are replaced every month. */
const CERTIFICATE_DAYS = 397;

export interface BootSettings {
  readonly app: string;
  readonly region: string;
  readonly instanceType: string;
  readonly nodeVersion: string;
  readonly packageMirror: string;
  readonly logGroup: string;
}

/** Names of an instance's processor: as Debian's packages have it, and as Node's do. */
const PROCESSORS = {
  x86_64: { debian: "amd64", node: "x64" },
  arm64: { debian: "arm64", node: "arm64" },
} as const;

export const processorOf = (instanceType: string) => PROCESSORS[architectureOf(instanceType)];

/**
 * The script that makes an instance of a plain Ubuntu: Node, PM2, the agents of CloudWatch and CodeDeploy, and a
 * certificate of its own. It goes out on 443 only and holds no secret; the application itself comes by CodeDeploy.
 */
export function userData(settings: BootSettings): string {
  const parts = [packages, node, application, cloudWatch, codeDeploy];
  return [
    "#!/bin/bash",
    "set -euo pipefail",
    fetchFunction,
    ...parts.map((part) => part(settings)),
    "",
  ].join("\n");
}

const fetchFunction = `fetch() { curl --fail --silent --show-error --location --proto =https --proto-redir =https --retry 5 --output "$2" "$1"; }
cd "$(mktemp --directory)"`;

/** Ubuntu's own mirrors are asked by plain HTTP, for which there is no way out. */
function packages({ packageMirror }: BootSettings): string {
  return `sed --in-place --regexp-extended 's#https?://[^ ]*/ubuntu/?$#${packageMirror}/#' /etc/apt/sources.list.d/ubuntu.sources
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends ca-certificates curl openssl ruby-full xz-utils`;
}

function node({ nodeVersion, instanceType }: BootSettings): string {
  const archive = `node-v${nodeVersion}-linux-${processorOf(instanceType).node}.tar.xz`;
  return `fetch https://nodejs.org/dist/v${nodeVersion}/${archive} ${archive}
fetch https://nodejs.org/dist/v${nodeVersion}/SHASUMS256.txt sums
grep ' ${archive}$' sums | sha256sum --check
tar --extract --xz --file ${archive} --directory /usr/local --strip-components 1 --no-same-owner
npm install --global --no-audit --no-fund --registry https://registry.npmjs.org pm2@${PM2_VERSION}`;
}

/** A user without rights, the key and certificate that the balancer is answered with, and what is no secret. */
function application({ app, region }: BootSettings): string {
  const home = "/etc/application";
  return `useradd --system --create-home --shell /usr/sbin/nologin application
install --directory --owner application --group application --mode 0750 ${home} /var/log/application /srv/application
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days ${CERTIFICATE_DAYS} -subj /CN=${app}.internal -keyout ${home}/key.pem -out ${home}/certificate.pem
fetch https://truststore.pki.rds.amazonaws.com/${region}/${region}-bundle.pem ${home}/database-ca.pem
cat > ${home}/environment <<'END'
NODE_ENV=production
AWS_REGION=${region}
SECRETS_PREFIX=${app}/
PORT=${APPLICATION_PORT}
TLS_KEY_FILE=${home}/key.pem
TLS_CERTIFICATE_FILE=${home}/certificate.pem
PGSSLROOTCERT=${home}/database-ca.pem
END
chown application:application ${home}/*
chmod 0600 ${home}/key.pem
pm2 startup systemd -u application --hp /home/application`;
}

function cloudWatch({ region, instanceType, logGroup }: BootSettings): string {
  const { debian } = processorOf(instanceType);
  const control = "/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl";
  return `fetch https://${agentHost(region)}/ubuntu/${debian}/latest/amazon-cloudwatch-agent.deb agent.deb
dpkg --install agent.deb
cat > /etc/cloudwatch-agent.json <<'END'
${JSON.stringify(agentConfig(logGroup))}
END
${control} -a fetch-config -m ec2 -s -c file:/etc/cloudwatch-agent.json`;
}

/** Last: from its start on it is given what to deploy. */
function codeDeploy({ region }: BootSettings): string {
  return `fetch https://${deployHost(region)}/latest/install install-codedeploy
chmod 0700 install-codedeploy
./install-codedeploy auto
systemctl enable --now codedeploy-agent`;
}
