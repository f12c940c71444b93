/** Rules of cdk-nag's HIPAA pack for what no target declares. */
export interface Outside {
  readonly rules: readonly string[];
  /** Types that would make them needed. */
  readonly types: readonly string[];
  readonly why: string;
}

/** With `rules` they make up the 62 rules of the pack in our areas; its other 28 are about services that no target has. */
export const outside: readonly Outside[] = [
  {
    rules: [
      "ELBACMCertificateRequired",
      "ELBCrossZoneLoadBalancingEnabled",
      "ELBTlsHttpsListenersOnly",
    ],
    types: ["aws:elb/loadBalancer:LoadBalancer"],
    why: "They look at classic load balancers; ours are of the second kind.",
  },
  {
    rules: ["DMSReplicationNotPublic"],
    types: ["aws:dms/replicationInstance:ReplicationInstance"],
    why: "Data is moved by the mover, not by DMS.",
  },
  {
    rules: [
      "LambdaConcurrency",
      "LambdaDLQ",
      "LambdaFunctionPublicAccessProhibited",
      "LambdaInsideVPC",
    ],
    types: ["aws:lambda/function:Function", "aws:lambda/permission:Permission"],
    why: "No function is deployed: secrets are exchanged by a run, not by one.",
  },
];
