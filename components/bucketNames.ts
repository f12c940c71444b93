// The names of every target's buckets, without Pulumi: whether they are free is asked before the engine starts, too.

export function cdnBucketNames({ bucket }: { readonly bucket: string }) {
  return { assets: bucket, archive: `${bucket}-archive`, logs: `${bucket}-logs` };
}

export function webBucketNames({ bucket }: { readonly bucket: string }) {
  return {
    frontend: bucket,
    attachments: `${bucket}-attachments`,
    releases: `${bucket}-releases`,
    backups: `${bucket}-backups`,
    logs: `${bucket}-logs`,
  };
}

/** The account's number makes them unique in the world. */
export function hipaaBucketNames(app: string, environment: string, account: string) {
  const name = (what: string) => `${app}-${what}-${environment}-${account}`;
  return {
    uploads: name("uploads"),
    backups: name("backups"),
    deployments: name("deployments"),
    logs: name("logs"),
    uploadsCopy: name("uploads-copy"),
    backupsCopy: name("backups-copy"),
  };
}
