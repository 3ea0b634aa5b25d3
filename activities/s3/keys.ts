/**
 * Layout of the artefact bucket. The claim is part of the key, so that listing a prefix is the index: what was ever saved for a
 * claim is found without its name in any database, even when the claim itself is long gone.
 *
 *   definitions/<cluster>/<namespace>/<claim>/<recovery>/<digest>.yaml
 *   <prefix>/report.json, <prefix>/report.md
 */
export interface ClaimOfCluster {
  readonly cluster: string;
  readonly claim: { readonly namespace: string; readonly name: string };
}

/** Prefix of all that was saved for a claim, or of what one recovery saved. Ends in a slash, so that `a` never finds `ab`. */
export function definitionsPrefix(of: ClaimOfCluster, recoveryId?: string | null): string {
  const parts = ['definitions', of.cluster, of.claim.namespace, of.claim.name, ...(recoveryId ? [recoveryId] : [])];
  return `${parts.map(encodeURIComponent).join('/')}/`;
}

/** The content decides the name: saving the same again meets its own object, saving something else never overwrites. */
export function definitionsKey(of: ClaimOfCluster, recoveryId: string, sha256: string): string {
  return `${definitionsPrefix(of, recoveryId)}${sha256.slice(0, 16)}.yaml`;
}

export function reportKeys(prefix: string): { readonly json: string; readonly markdown: string } {
  const folder = prefix.replace(/^\/+|\/+$/g, '');
  return { json: `${folder}/report.json`, markdown: `${folder}/report.md` };
}

export function s3Uri(bucket: string, key: string): string {
  return `s3://${bucket}/${key}`;
}
