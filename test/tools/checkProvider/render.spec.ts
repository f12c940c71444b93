import { readFileSync } from "node:fs";
import { expect } from "chai";
import { terraformArgument, terraformType } from "../../../tools/checkProvider/names.mjs";
import { renderPlan } from "../../../tools/checkProvider/render.mjs";

/** Some types of hashicorp/aws 5.100.0, as `terraform providers schema -json` tells them. */
const schemas = JSON.parse(
  readFileSync(new URL("schema.json", import.meta.url), "utf8"),
) as Parameters<typeof renderPlan>[1];
const UNKNOWN = "${terraform_data.unknown.output}";

function render(type: string, inputs: Record<string, unknown>, op = "create") {
  const { files, passedOver } = renderPlan([{ op, type, name: "one.of them", inputs }], schemas);
  const { resource } = (files.get("one.of them") ?? {}) as {
    resource?: Record<string, Record<string, Record<string, unknown>>>;
  };
  const [terraform, byLabel] = Object.entries(resource ?? {})[0] ?? [];
  return {
    terraform,
    label: Object.keys(byLabel ?? {})[0],
    body: Object.values(byLabel ?? {})[0],
    passedOver,
  };
}

describe("the plan as Terraform's provider is asked about it", () => {
  const types: [string, string][] = [
    ["aws:ec2/securityGroup:SecurityGroup", "aws_security_group"],
    [
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "aws_vpc_security_group_egress_rule",
    ],
    ["aws:rds/subnetGroup:SubnetGroup", "aws_db_subnet_group"],
    ["aws:s3/bucket:Bucket", "aws_s3_bucket"],
    ["aws:lb/loadBalancer:LoadBalancer", "aws_lb"],
    ["aws:cloudtrail/trail:Trail", "aws_cloudtrail"],
    ["aws:iam/openIdConnectProvider:OpenIdConnectProvider", "aws_iam_openid_connect_provider"],
    ["aws:codedeploy/application:Application", "aws_codedeploy_app"],
  ];
  for (const [pulumi, terraform] of types) {
    it(`finds ${terraform} for ${pulumi}`, () => {
      const known = [...new Set([...Object.keys(schemas), ...types.map(([, name]) => name)])];
      expect(terraformType(pulumi, known)).to.equal(terraform);
    });
  }

  it("finds arguments in Terraform's spelling, singular where Pulumi has the plural", () => {
    const known = ["alias", "policy", "client_id_list", "enable_dns_support", "rule"];
    const inputs = ["aliases", "policies", "clientIdLists", "enableDnsSupport", "rules", "other"];
    expect(inputs.map((input) => terraformArgument(input, known))).to.deep.equal([
      ...known,
      undefined,
    ]);
  });

  it("has blocks as lists, also where Pulumi has one object", () => {
    const { terraform, label, body } = render("aws:route53/record:Record", {
      zoneId: "Z0ACME",
      aliases: [{ name: "x", zoneId: "Z1", evaluateTargetHealth: true }],
    });
    expect([terraform, label]).to.deep.equal(["aws_route53_record", "one_of_them"]);
    expect(body).to.deep.equal({
      zone_id: "Z0ACME",
      alias: [{ name: "x", zone_id: "Z1", evaluate_target_health: true }],
    });
    const one = { weight: 1 };
    expect(
      render("aws:route53/record:Record", { weightedRoutingPolicies: one }).body,
    ).to.deep.equal({ weighted_routing_policy: [one] });
  });

  it("gives objects of an attribute all their fields, and leaves the keys of tags alone", () => {
    const { body } = render("aws:ec2/securityGroup:SecurityGroup", {
      tags: { "data-class": "phi", managedBy: "godwit" },
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.0.0.0/16"] }],
    });
    expect(body!["tags"]).to.deep.equal({ "data-class": "phi", managedBy: "godwit" });
    expect(body!["ingress"]).to.deep.equal([
      {
        cidr_blocks: ["10.0.0.0/16"],
        description: null,
        from_port: 443,
        ipv6_cidr_blocks: null,
        prefix_list_ids: null,
        protocol: "tcp",
        security_groups: null,
        self: null,
        to_port: 443,
      },
    ]);
  });

  it("lets what a preview does not show be anything, and takes text as it is", () => {
    const { body } = render("aws:cloudwatch/metricAlarm:MetricAlarm", {
      name: "acme",
      alarmActions: ["[known after the update]"],
      alarmDescription: "costs ${more} %{x}",
      threshold: "[secret]",
    });
    expect(body).to.deep.equal({
      alarm_name: "acme",
      alarm_actions: [UNKNOWN],
      alarm_description: "costs $${more} %%{x}",
      threshold: UNKNOWN,
    });
  });

  it("tells what it could not ask about, and passes over other providers' resources", () => {
    const { body, passedOver } = render("aws:s3/bucket:Bucket", {
      bucket: "b",
      region: "ca-west-1",
    });
    // This version of the provider computes it.
    expect(body).to.deep.equal({ bucket: "b" });
    expect(passedOver).to.deep.equal([
      "aws_s3_bucket.region, which this version of the provider does not have",
    ]);
    expect(render("aws:new/thing:Thing", {}).passedOver).to.have.length(1);
    const adopted = render("aws:s3/bucket:Bucket", { bucket: "b" }, "import");
    expect(adopted).to.deep.include({
      terraform: undefined,
      passedOver: ["one.of them, which is adopted as it is"],
    });
    expect(render("random:index/randomPassword:RandomPassword", {})).to.deep.include({
      terraform: undefined,
      passedOver: [],
    });
  });
});
