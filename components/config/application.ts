import { z } from "zod";
import { choice, exactlyOne, text, whole, words } from "./fields.ts";

/** How the application is stopped and started: as an ECS service, or by commands of the user's. */
const application = z.strictObject({
  ecs: z
    .strictObject({
      cluster: words("acme-cluster"),
      service: words("acme-api"),
      container: words("api"),
    })
    .optional(),
  command: z
    .strictObject({
      stop: words("./ops/stop.sh"),
      deploy: words("./ops/deploy.sh"),
      rollback: words("./ops/rollback.sh"),
    })
    .optional(),
  /** Sent before and after the move, to prove that the application works. */
  check: z
    .strictObject({
      url: text(
        /^https?:\/\/\S+$/,
        "an http or https address",
        "https://api.example.com/v2/messages",
      ),
      method: choice(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], "POST").default("GET"),
      headers: z.record(words("content-type"), words("application/json")).default({}),
      body: words('{"userId":"test"}').optional(),
      expect: whole(100, 599, 200).default(200),
    })
    .optional(),
  /** CloudWatch log group in which Redis errors would show. */
  logGroup: words("/ecs/acme-cluster").optional(),
});

/** Settings of the application that moves with the data: `godwit:application`. Runbooks read them; components do not. */
export const applicationSchema = exactlyOne(application, ["ecs", "command"]);

export type ApplicationSettings = z.output<typeof applicationSchema>;
