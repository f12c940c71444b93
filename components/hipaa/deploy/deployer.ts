import * as pulumi from "@pulumi/pulumi";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider.js";
import type { DataKey } from "../keys/key.ts";
import { createServiceRole } from "../roles.ts";
import type { PrivateBucket } from "../../shared/privateBucket.ts";
import type { HipaaWhole } from "../whole.ts";
import type { Deployment } from "./codeDeploy.ts";

/** Who deploys: a workflow of one repository, in one environment, which may ask for an approval. */
export interface DeployerChoice {
  /** @example "acme/validator" */
  readonly repository: string;
  /** @example "production" */
  readonly environment: string;
  /** GitHub's identity provider, of which an account has one. */
  readonly identityProvider:
    | { readonly create: true; readonly existing?: never }
    | { readonly existing: string; readonly create?: never };
}

const ISSUER = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";

/** A role that the workflow takes on without keys: it uploads a package and has it deployed, and that is all. */
export function createDeployer(
  whole: HipaaWhole,
  choice: DeployerChoice,
  { application, group }: Deployment,
  deployments: PrivateBucket,
  dataKey: DataKey,
): pulumi.Output<string> {
  const { region } = whole;
  const subject = `repo:${choice.repository}:environment:${choice.environment}`;
  const trust = resolveProvider(whole, choice).apply((Federated) => ({
    Effect: "Allow",
    Principal: { Federated },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { [`${ISSUER}:aud`]: AUDIENCE, [`${ISSUER}:sub`]: subject } },
  }));
  const statements = pulumi
    .all([deployments.bucket.arn, application.arn, group.arn, dataKey.arn])
    .apply(([bucket, applicationArn, groupArn, key]) => [
      { Sid: "Uploads", Effect: "Allow", Action: "s3:PutObject", Resource: `${bucket}/*` },
      {
        Sid: "EncryptsWhatItUploads",
        Effect: "Allow",
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: key,
        Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
      },
      {
        Sid: "RegistersAPackage",
        Effect: "Allow",
        Action: ["codedeploy:RegisterApplicationRevision", "codedeploy:GetApplicationRevision"],
        Resource: applicationArn,
      },
      {
        Sid: "DeploysIt",
        Effect: "Allow",
        Action: ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"],
        Resource: groupArn,
      },
      {
        Sid: "SeesHow",
        Effect: "Allow",
        Action: "codedeploy:GetDeploymentConfig",
        Resource: configArn(groupArn),
      },
    ]);
  return createServiceRole(whole, { id: "deployer", trust, statements }).arn;
}

function resolveProvider(
  { name, parent, tags }: HipaaWhole,
  { identityProvider }: DeployerChoice,
): pulumi.Output<string> {
  if (identityProvider.existing !== undefined) return pulumi.output(identityProvider.existing);
  return new OpenIdConnectProvider(
    `${name}-identity-provider`,
    { url: `https://${ISSUER}`, clientIdLists: [AUDIENCE], tags },
    { parent },
  ).arn;
}

/** Of the service's own configurations, in the group's region and account. */
function configArn(groupArn: string): string {
  const [, , , region, account] = groupArn.split(":");
  return `arn:aws:codedeploy:${region}:${account}:deploymentconfig:CodeDeployDefault.OneAtATime`;
}
