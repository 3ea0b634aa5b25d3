/**
 * The manifest of a member that joins a running cluster. Only while it is parked: a manifest in place restarts its pod when it
 * changes. What it said before is kept beside it. Both flags mean something to a member without data only.
 */
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isScalar, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { type Host, manifestOf } from './host.ts';
import type { JoinInput } from './types.ts';

/** The manifest's text with these flags of the first container's command line set; everything else stays as it was. Pure. */
export function withFlags(text: string, flags: Readonly<Record<string, string>>): string {
  const document = parseDocument(text);
  for (const [flag, value] of Object.entries(flags)) {
    const line = `--${flag}=${value}`;
    const lists = ['command', 'args']
      .map((field) => document.getIn(['spec', 'containers', 0, field]))
      .filter((list): list is YAMLSeq => isSeq(list));
    const place = lists
      .flatMap((list) => list.items.map((item, index) => ({ list, index, item })))
      .find(({ item }) => isScalar(item) && String(item.value).startsWith(`--${flag}=`));
    if (place !== undefined) place.list.set(place.index, line);
    else lists[0]?.add(line);
  }
  return document.toString({ lineWidth: 0 });
}

/** The parked manifest as it was before this recovery changed it, beside it. */
export function keepManifest({ settings: { parked } }: Host, file: string, recoveryId: string): string {
  const kept = join(parked, `${file}.before-${recoveryId}`);
  if (!existsSync(kept)) copyFileSync(join(parked, file), kept);
  return kept;
}

export function joinExistingCluster(host: Host, { recoveryId, initialCluster }: JoinInput): string {
  const { parked, host: name } = host.settings;
  const { file, place } = manifestOf(host, 'etcd');
  if (place !== 'parked') throw new RekindleError('not-proved-stopped', `${name}: the manifest of etcd is in place`);
  const manifest = join(parked, file);
  const kept = keepManifest(host, file, recoveryId);
  const text = withFlags(readFileSync(kept, 'utf8'), {
    'initial-cluster-state': 'existing',
    'initial-cluster': initialCluster.map((member) => `${member.name}=${member.peerUrl}`).join(','),
  });
  writeFileSync(`${manifest}.new`, text, { mode: 0o600 });
  renameSync(`${manifest}.new`, manifest);
  return `${name}: etcd joins ${initialCluster.length} members; its manifest of before is ${kept}`;
}
