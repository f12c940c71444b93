/** Names of the buckets in the cloud. */
export function bucketNamesOf({ bucket }: { readonly bucket: string }) {
  return { assets: bucket, archive: `${bucket}-archive`, logs: `${bucket}-logs` };
}
