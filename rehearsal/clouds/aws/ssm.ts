import { createHash } from "node:crypto";
import { text } from "../properties.ts";
import { AwsError, type Part } from "../world.ts";

/** Where Amazon publishes the newest image of a system. */
const IMAGES =
  /^\/aws\/service\/ami-amazon-linux-latest\/al2023-ami-kernel-default-(arm64|x86_64)$/;

/** The public parameters of Systems Manager that name images. */
export function createSsm(): Part {
  return {
    functions: {
      "aws:ssm/getParameter:getParameter": async (args) => {
        const name = text(args, "name") ?? "";
        if (!IMAGES.test(name)) {
          throw new AwsError("ParameterNotFound", `The parameter ${name} does not exist.`);
        }
        const image = createHash("sha256").update(name).digest("hex").slice(0, 17);
        return { id: name, name, type: "String", value: `ami-${image}`, version: 1 };
      },
    },
  };
}
