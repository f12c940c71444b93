import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import {
  CreateSnapshotCommand,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  DescribeServiceUpdatesCommand,
  ElastiCacheClient,
} from "@aws-sdk/client-elasticache";
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  ListAliasesCommand,
  SignCommand,
} from "@aws-sdk/client-kms";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetServiceQuotaCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { verifySignature } from "../../rehearsal/clouds/aws/signature.ts";
import { rejection } from "../support/rejection.ts";
import { startCloudTwin, type CloudTwin } from "./cloudTwin.ts";

describe("the AWS API of a twin", () => {
  let twin: CloudTwin;
  let kms: KMSClient;
  before(async () => {
    twin = await startCloudTwin(["deny@DescribeReplicationGroups", "deny@kms:ListAliases"]);
    kms = new KMSClient(twin.client);
  });
  after(async () => await twin?.stop());

  it("answers the SDK over verified TLS, in Query and in JSON", async () => {
    const identity = await new STSClient(twin.client).send(new GetCallerIdentityCommand({}));
    expect(identity.Account).to.equal("123456789012");
    const quota = new GetServiceQuotaCommand({
      ServiceCode: "elasticache",
      QuotaCode: "L-DFE45DF3",
    });
    const { Quota } = await new ServiceQuotasClient(twin.client).send(quota);
    expect(Quota).to.include({ QuotaName: "Nodes per Region", Value: 300 });
    const describe = new DescribeCacheClustersCommand({ ShowCacheNodeInfo: true });
    const { CacheClusters: [cluster] = [] } = await twin.elastiCache.send(describe);
    expect(cluster).to.deep.include({
      CacheClusterId: "acme-redis-production",
      CacheClusterStatus: "available",
      EngineVersion: "7.1.0",
      CacheNodeType: "cache.t3.micro",
      TransitEncryptionEnabled: false,
      AtRestEncryptionEnabled: false,
      AuthTokenEnabled: false,
    });
    expect(cluster!.CacheClusterCreateTime).to.be.instanceOf(Date);
    expect(cluster!.CacheNodes![0]!.Endpoint!.Port).to.equal(6379);
  });

  it("is not trusted without the twin's authority", async () => {
    const { requestHandler: _, ...untrusting } = twin.client;
    const error = await rejection(new STSClient(untrusting).send(new GetCallerIdentityCommand({})));
    expect(error).to.match(/certificate/);
  });

  it("refuses what is signed with another secret, or with an unknown key", async () => {
    const { accessKeyId } = twin.client.credentials!;
    const forged = { ...twin.client, credentials: { accessKeyId, secretAccessKey: "guessed" } };
    const list = new ListAliasesCommand({});
    expect(await rejection(new KMSClient(forged).send(list))).to.include({
      name: "InvalidSignatureException",
    });
    const query = new DescribeCacheClustersCommand({});
    expect(await rejection(new ElastiCacheClient(forged).send(query))).to.include({
      name: "SignatureDoesNotMatch",
    });
    const unknown = {
      ...twin.client,
      credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "guessed" },
    };
    expect(await rejection(new KMSClient(unknown).send(list))).to.include({
      name: "UnrecognizedClientException",
    });
  });

  it("refuses what is not signed", async () => {
    const { hostname } = new URL(twin.client.endpoint!);
    const ca = readFileSync(twin.twin.environment.env["AWS_CA_BUNDLE"]!);
    const port = new URL(twin.client.endpoint!).port || 443;
    const asked = request({ host: hostname, port, ca, method: "POST" });
    asked.end("Action=DescribeCacheClusters&Version=2015-02-02");
    const answer = await new Promise<{ status?: number; body: string }>((resolve, reject) => {
      asked.on("error", reject);
      asked.on("response", (response) => {
        void text(response).then((body) => resolve({ status: response.statusCode, body }));
      });
    });
    expect(answer.status).to.equal(403);
    expect(answer.body).to.contain("MissingAuthenticationToken");
  });

  it("names an action that it does not have", async () => {
    const error = await rejection(twin.elastiCache.send(new DescribeServiceUpdatesCommand({})));
    expect(error)
      .to.include({ name: "InvalidAction" })
      .and.to.match(/DescribeServiceUpdates/);
  });

  it("denies the actions that it was told to, until told otherwise", async () => {
    const describe = new DescribeReplicationGroupsCommand({});
    const denied = await rejection(twin.elastiCache.send(describe));
    expect(denied).to.include({ name: "AccessDenied" });
    expect(denied).to.match(/not authorized to perform: elasticache:DescribeReplicationGroups/);
    expect(await rejection(kms.send(new ListAliasesCommand({})))).to.include({
      name: "AccessDeniedException",
    });
    await twin.twin.clearFaults();
    await twin.elastiCache.send(describe);
    await twin.twin.inject("deny@CreateSnapshot");
    const snapshot = new CreateSnapshotCommand({
      CacheClusterId: "acme-redis-production",
      SnapshotName: "denied",
    });
    expect(await rejection(twin.elastiCache.send(snapshot))).to.include({ name: "AccessDenied" });
    await twin.twin.clearFaults();
  });

  it("encrypts under a key, and not when it is disabled or the context differs", async () => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "test" }));
    const KeyId = KeyMetadata!.KeyId!;
    const EncryptionContext = { purpose: "test" };
    const sealed = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from("plain"), EncryptionContext }),
    );
    const { CiphertextBlob } = sealed;
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    expect(Buffer.from(opened.Plaintext!).toString()).to.equal("plain");
    expect(await rejection(kms.send(new DecryptCommand({ CiphertextBlob })))).to.include({
      name: "InvalidCiphertextException",
    });
    await kms.send(new DisableKeyCommand({ KeyId }));
    const generate = new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" });
    expect(await rejection(kms.send(generate))).to.include({ name: "DisabledException" });
    await kms.send(new EnableKeyCommand({ KeyId }));
    expect((await kms.send(generate)).Plaintext).to.have.length(32);
    const missing = kms.send(new DescribeKeyCommand({ KeyId: "alias/none" }));
    expect(await rejection(missing)).to.include({ name: "NotFoundException" });
  });

  it("signs so that the public key verifies it", async () => {
    const spec = { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" } as const;
    const KeyId = (await kms.send(new CreateKeyCommand(spec))).KeyMetadata!.KeyId!;
    const Message = Buffer.from("evidence");
    const sign = { KeyId, Message, MessageType: "RAW", SigningAlgorithm: "ECDSA_SHA_256" } as const;
    const { Signature } = await kms.send(new SignCommand(sign));
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" });
    expect(verify("sha256", Message, key, Signature!)).to.equal(true);
    expect(verify("sha256", Buffer.from("other"), key, Signature!)).to.equal(false);
  });

  it("gives a secret's value as long as the secret and its key are there", async () => {
    const secrets = new SecretsManagerClient(twin.client);
    const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
    const SECRET = "aws:secretsmanager/secret:Secret";
    const inputs = { name: "acme/test", kmsKeyId: KeyId, recoveryWindowInDays: 30 };
    const { id, outputs } = await twin.resource("create", SECRET, { inputs });
    await twin.resource("create", "aws:secretsmanager/secretVersion:SecretVersion", {
      inputs: { secretId: id, secretString: "hidden" },
    });
    const get = new GetSecretValueCommand({ SecretId: "acme/test" });
    expect((await secrets.send(get)).SecretString).to.equal("hidden");
    await kms.send(new DisableKeyCommand({ KeyId }));
    expect(await rejection(secrets.send(get))).to.include({ name: "DisabledException" });
    await kms.send(new EnableKeyCommand({ KeyId }));
    await twin.resource("delete", SECRET, { id, state: outputs });
    expect(await rejection(secrets.send(get))).to.include({ name: "ResourceNotFoundException" });
    const again = await rejection(twin.resource("create", SECRET, { inputs }));
    expect(again)
      .to.include({ code: "InvalidRequestException" })
      .and.to.match(/scheduled/);
  });
});

describe("a signature", () => {
  const credentials = {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    region: "us-east-1",
  };
  // A request that was signed with these credentials by another implementation.
  const signed = {
    method: "GET",
    url: "/?Action=ListUsers&Version=2010-05-08",
    headers: {
      host: "iam.amazonaws.com",
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      "x-amz-date": "20150830T123600Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
        "SignedHeaders=content-type;host;x-amz-date, " +
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    },
    body: Buffer.alloc(0),
  };
  const then = Date.parse("2015-08-30T12:40:00Z");
  const check =
    (request: typeof signed, now = then) =>
    () =>
      verifySignature(request, credentials, now);

  it("is accepted when it is right and fresh", () => {
    expect(check(signed)()).to.deep.equal({ service: "iam" });
  });

  it("is refused after a quarter of an hour, and when anything signed has changed", () => {
    expect(check(signed, then + 20 * 60_000)).to.throw(/Signature expired/);
    expect(check({ ...signed, method: "POST" })).to.throw(/does not match/);
    expect(check({ ...signed, url: "/?Action=ListRoles&Version=2010-05-08" })).to.throw(
      /does not match/,
    );
    expect(check({ ...signed, body: Buffer.from("x") })).to.throw(/does not match/);
    const elsewhere = { ...signed.headers, host: "sts.amazonaws.com" };
    expect(check({ ...signed, headers: elsewhere })).to.throw(/does not match/);
  });

  it("must cover every header that means something", () => {
    const headers = { ...signed.headers, "x-amz-target": "Anything" };
    expect(check({ ...signed, headers })).to.throw(/must be signed: x-amz-target/);
  });
});
