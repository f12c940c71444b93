import { expect } from "chai";
import { WebUnderTest } from "./webUnderTest.ts";

const TOPIC = "arn:aws:mock:us-east-1:123456789012:web-web-edge-topic";

describe("WebApp: alarms, mail and bill", () => {
  const web = new WebUnderTest();

  it("go off at their limits", async () => {
    const declared = await web.declare();
    const alarms = declared.filter(({ type }) => type.endsWith(":MetricAlarm"));
    const limits = alarms.map(({ inputs }) => [
      inputs.name,
      inputs.comparisonOperator,
      inputs.threshold,
      inputs.evaluationPeriods,
    ]);
    expect(limits).to.deep.equal([
      ["acme-web-hardware", "GreaterThanThreshold", 0, 2],
      ["acme-web-system", "GreaterThanThreshold", 0, 3],
      ["acme-web-disk", "GreaterThanThreshold", 80, 3],
      ["acme-web-memory", "GreaterThanThreshold", 90, 3],
      ["acme-web-health", "LessThanThreshold", 1, 3],
      ["acme-web-errors", "GreaterThanThreshold", 5, 2],
    ]);
  });

  it("have the machine mended, on other hardware or by a restart", async () => {
    const actions = async (id: string) => (await web.inputs(`web-alarm-${id}`)).alarmActions;
    expect(await actions("hardware")).to.deep.equal([
      TOPIC,
      "arn:aws:automate:us-east-1:ec2:recover",
    ]);
    expect(await actions("system")).to.deep.equal([TOPIC, "arn:aws:automate:us-east-1:ec2:reboot"]);
    expect((await web.inputs("web-alarm-hardware")).okActions).to.deep.equal([TOPIC]);
    expect(await actions("disk")).to.deep.equal([TOPIC]);
  });

  it("ask for the application's health through the CDN", async () => {
    expect(await web.inputs("web-health")).to.deep.include({
      type: "HTTPS",
      fqdn: "tickets.acme.example",
      port: 443,
      resourcePath: "/health",
    });
    expect(await web.inputs("web-alarm-health")).to.deep.include({
      region: "us-east-1",
      dimensions: { HealthCheckId: "web-health-id" },
    });
  });

  it("tell of the bill when it comes near the limit, and when it is foreseen to pass it", async () => {
    const { limitAmount, notifications } = await web.inputs("web-budget");
    expect(limitAmount).to.equal("20");
    const told = (notifications as Record<string, unknown>[]).map((each) => [
      each["notificationType"],
      each["threshold"],
      each["subscriberEmailAddresses"],
    ]);
    expect(told).to.deep.equal([
      ["ACTUAL", 80, ["ops@acme.example"]],
      ["FORECASTED", 100, ["ops@acme.example"]],
    ]);
  });

  it("take other limits", async () => {
    const thresholds = { errorPercent: 1, diskPercent: 2, memoryPercent: 3, monthlyBill: 50 };
    const threshold = async (id: string) =>
      (await web.inputs(`web-alarm-${id}`, { thresholds })).threshold;
    expect(await threshold("errors")).to.equal(1);
    expect(await threshold("disk")).to.equal(2);
    expect(await threshold("memory")).to.equal(3);
    expect((await web.inputs("web-budget", { thresholds })).limitAmount).to.equal("50");
  });

  it("sign mail by three keys, over TLS only", async () => {
    const names = await Promise.all(
      [1, 2, 3].map(async (key) => (await web.inputs(`web-dkim-${key}`)).name),
    );
    expect(names).to.deep.equal([
      "one._domainkey.tickets.acme.example",
      "two._domainkey.tickets.acme.example",
      "three._domainkey.tickets.acme.example",
    ]);
    expect((await web.inputs("web-dkim-1")).records).to.deep.equal(["one.dkim.amazonses.com"]);
    expect((await web.inputs("web-mail")).deliveryOptions).to.deep.equal({ tlsPolicy: "REQUIRE" });
  });

  it("prove the sender by SPF and DMARC, too, with a name of their own for what comes back", async () => {
    const value = async (id: string) => {
      const { name, type, records } = await web.inputs(`web-${id}`);
      return [name, type, ...(records as string[])].join(" ");
    };
    expect(await value("bounce-mx")).to.equal(
      "bounce.tickets.acme.example MX 10 feedback-smtp.us-east-1.amazonses.com",
    );
    expect(await value("bounce-spf")).to.equal(
      "bounce.tickets.acme.example TXT v=spf1 include:amazonses.com ~all",
    );
    expect(await value("dmarc")).to.equal("_dmarc.tickets.acme.example TXT v=DMARC1; p=quarantine");
    expect(await web.inputs("web-mail-from")).to.include({
      mailFromDomain: "bounce.tickets.acme.example",
      behaviorOnMxFailure: "USE_DEFAULT_VALUE",
    });
  });

  it("leave a DMARC record that there is already alone", async () => {
    const mail = { from: "support@tickets.acme.example", dmarc: "existing" } as const;
    const names = (await web.declare({ mail })).map(({ name }) => name);
    expect(names).to.include("web-bounce-spf").and.not.to.include("web-dmarc");
  });

  it("tell of mail that came back, to a topic that lets SES in", async () => {
    const { eventDestination } = await web.inputs("web-mail-returned");
    expect(eventDestination).to.deep.equal({
      enabled: true,
      matchingEventTypes: ["BOUNCE", "COMPLAINT", "REJECT"],
      snsDestination: { topicArn: "arn:aws:mock:us-east-1:123456789012:web-returned-topic" },
    });
    const { policy } = await web.inputs("web-returned-policy");
    expect(policy).to.include('"Service":"ses.amazonaws.com"');
    expect(policy).to.include('"aws:SourceAccount":"123456789012"');
  });
});
