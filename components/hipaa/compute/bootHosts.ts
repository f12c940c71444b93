import { HTTPS_PORT } from "../ports.ts";

/** A host that an instance must reach to start; the security group lets it out on 443 only. */
export interface BootHost {
  readonly host: string;
  readonly port: typeof HTTPS_PORT;
  readonly why: string;
}

/** What an instance goes out for while it is prepared. */
export function bootHosts(region: string, packageMirror: string): BootHost[] {
  const hosts: readonly (readonly [string, string])[] = [
    [new URL(packageMirror).host, "Ubuntu's packages, signed by Ubuntu"],
    ["nodejs.org", "Node, checked against its published sums"],
    ["registry.npmjs.org", "PM2"],
    [agentHost(region), "CloudWatch agent"],
    [deployHost(region), "CodeDeploy agent"],
    ["truststore.pki.rds.amazonaws.com", "authority of the database's certificate"],
  ];
  return hosts.map(([host, why]) => ({ host, port: HTTPS_PORT, why }));
}

export const agentHost = (region: string) =>
  `amazoncloudwatch-agent-${region}.s3.${region}.amazonaws.com`;
export const deployHost = (region: string) => `aws-codedeploy-${region}.s3.${region}.amazonaws.com`;
