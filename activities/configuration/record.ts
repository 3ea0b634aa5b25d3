import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { SealingKey } from '../hosts/sealing.ts';
import type { ConfigObject } from './clean-yaml.ts';
import type { ConfigDiff, DiffSummary } from './types.ts';

const entrySchema = z.strictObject({ mac: z.string(), keys: z.record(z.string(), z.string()).optional() });

const recordSchema = z.strictObject({
  version: z.literal(1),
  cluster: z.string(),
  recoveryId: z.string(),
  part: z.enum(['backup', 'before-restore']),
  key: z.string(),
  takenAt: z.string(),
  digest: z.string(),
  keyId: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  counts: z.record(z.string(), z.number()),
  skipped: z.array(z.string()),
  entries: z.record(z.string(), entrySchema),
  diff: z
    .strictObject({ added: z.array(z.string()), removed: z.array(z.string()), changed: z.array(z.string()) })
    .nullable(),
});

/** What lies beside an archive. Its digests are keyed: without the codec key nothing can be guessed from them. */
export type ConfigRecord = z.infer<typeof recordSchema>;
export type Entries = ConfigRecord['entries'];

export function parseRecord(text: string, uri: string): ConfigRecord {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new RekindleError('definitions-damaged', `${uri} is no record of a configuration backup`, { cause });
  }
}

export function macOf({ key }: SealingKey, text: string): string {
  return createHmac('sha256', key).update(`rekindle config-backup\n${text}`, 'utf8').digest('hex');
}

/** A keyed digest of every object, and of every key of a Secret or ConfigMap, so that a diff can name the key. Pure. */
export function entriesOf(objects: readonly ConfigObject[], key: SealingKey): Entries {
  return Object.fromEntries(
    objects.map(({ id, object, yaml }) => {
      const { data } = object as { data?: Readonly<Record<string, string>> };
      const keys = Object.fromEntries(
        Object.entries(data ?? {}).map(([name, value]) => [name, macOf(key, `${id}\n${name}\n${value}`)]),
      );
      return [id, { mac: macOf(key, yaml), ...(data !== undefined && { keys }) }];
    }),
  );
}

/** Pure. */
export function diffOf(before: Entries, after: Entries): ConfigDiff {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const added: string[] = [];
  const removed: string[] = [];
  const changed: string[] = [];
  for (const id of ids) {
    const [was, is] = [before[id], after[id]];
    if (was === undefined) added.push(id);
    else if (is === undefined) removed.push(id);
    else if (was.mac !== is.mac) changed.push(`${id}${changedKeys(was.keys, is.keys)}`);
  }
  return { added, removed, changed };
}

function changedKeys(before: Readonly<Record<string, string>> = {}, after: Readonly<Record<string, string>> = {}) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const differing = names.filter((name) => before[name] !== after[name]);
  return differing.length === 0 ? '' : ` (keys ${differing.join(', ')})`;
}

const mostSamples = 20;

export function summaryOf({ added, removed, changed }: ConfigDiff): DiffSummary {
  const samples = [
    ...changed.map((id) => `~ ${id}`),
    ...added.map((id) => `+ ${id}`),
    ...removed.map((id) => `- ${id}`),
  ];
  return {
    added: added.length,
    removed: removed.length,
    changed: changed.length,
    samples: samples.slice(0, mostSamples),
  };
}
