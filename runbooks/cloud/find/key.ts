import {
  DescribeKeyCommand,
  KMSClient,
  ListKeysCommand,
  ListResourceTagsCommand,
} from "@aws-sdk/client-kms";
import { clientSettings } from "../../../automation/aws.ts";
import { carriesTags, type Env, type Inputs } from "./finder.ts";

/** A key has no name of its own: it is the one with this description that carries all these tags. */
export async function keyId(inputs: Inputs, env: Env): Promise<string | undefined> {
  const client = new KMSClient(clientSettings(env));
  const { Keys = [] } = await client.send(new ListKeysCommand({ Limit: 1000 }));
  for (const { KeyId } of Keys) {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.Description !== inputs["description"]) continue;
    if (KeyMetadata?.KeyState !== "Enabled") continue;
    const { Tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId }));
    const tags = Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue] as const);
    if (carriesTags(tags, inputs)) return KeyId;
  }
  return undefined;
}
