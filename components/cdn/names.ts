/** Services that an uploading application can run on. */
export const writerServices = [
  "ecs-tasks.amazonaws.com",
  "ec2.amazonaws.com",
  "lambda.amazonaws.com",
] as const;
export type WriterService = (typeof writerServices)[number];

/** What S3 takes, without dots, which its certificate does not cover; with `-archive` it must fit into 63 letters. */
export const BUCKET_NAME =
  /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(?:-s3alias|--ol-s3|--x-s3|--table-s3)$)[a-z0-9][a-z0-9-]{1,53}[a-z0-9]$/;

export const ROLE_ARN = /^arn:aws:iam::\d{12}:role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

/** An origin as browsers send it: scheme and host, without a path. */
export const WEB_ORIGIN = /^https?:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/;
