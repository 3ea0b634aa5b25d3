import { createHash } from 'node:crypto';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { SealingKey } from '../hosts/sealing.ts';
import type { KubernetesClusters } from '../kubernetes/port.ts';
import type { ObjectStores } from '../objects/port.ts';
import type { Pace } from '../pace.ts';
import { archiveText, parseArchiveText } from './clean-yaml.ts';
import { collectConfiguration } from './collect.ts';
import type { AgeFiles } from './port.ts';
import { type ConfigRecord, diffOf, entriesOf, macOf, parseRecord, summaryOf } from './record.ts';
import type { ArchiveSummary, CheckedArchive, ConfigPlace, SaveConfigInput, SavedConfig } from './types.ts';

export interface ConfigDependencies {
  readonly clusters: Pick<KubernetesClusters, 'cluster'>;
  readonly stores: ObjectStores;
  readonly age: AgeFiles;
  /** Recipients by cluster; empty: none is configured. */
  readonly recipients: (cluster: string) => readonly string[];
  /** Identities that open the cluster's archives; null: the worker has none. */
  readonly identities: (cluster: string) => readonly string[] | null;
  readonly keepCount: (cluster: string) => number;
  /** The codec key of that id, or the current one for null; null: there is none. */
  readonly macKey: (id: string | null) => SealingKey | null;
  readonly pace: Pace;
}

/** `config/<cluster>/<time>-<run>-<part>.yaml.age`, and its record beside it. The order of the keys is that of the times. */
export function configPrefix(cluster: string): string {
  return `config/${encodeURIComponent(cluster)}/`;
}

const recordSuffix = '.record.json';
const mostRead = 20;

export async function readRecords(deps: ConfigDependencies, { cluster, region, bucket }: ConfigPlace, most = mostRead) {
  const { stores, pace } = deps;
  const store = stores.region(region);
  const listed = await store.list(bucket, configPrefix(cluster), pace.signal());
  const keys = listed.map(({ key }) => key).filter((key) => key.endsWith(recordSuffix));
  const records: ConfigRecord[] = [];
  for (const key of keys.sort().reverse().slice(0, most)) {
    const text = await store.getText(bucket, key, pace.signal());
    if (text !== null) records.push(parseRecord(text, `s3://${bucket}/${key}`));
  }
  return { records, keys };
}

export function archiveSummary({ key, takenAt, digest, keyId, bytes, counts, skipped }: ConfigRecord): ArchiveSummary {
  return { key, takenAt, digest, keyId, bytes, counts, skipped };
}

/** Collects, encrypts and stores; the record last, so that its presence means that both are there. */
export async function saveConfig(deps: ConfigDependencies, input: SaveConfigInput): Promise<SavedConfig> {
  const { cluster, region, bucket, recoveryId, part } = input;
  const key = deps.macKey(null);
  if (key === null)
    throw new RekindleError('precondition-unmet', 'without a codec key no digest could be recorded that tells nothing');
  const { records } = await readRecords(deps, input);
  const own = records.find((one) => one.recoveryId === recoveryId && one.part === part);
  if (own !== undefined) return savedOf(own);
  const store = deps.stores.region(region);
  const { objects, counts, skipped } = await collectConfiguration(deps.clusters.cluster(cluster), deps.pace.signal());
  const text = archiveText(objects);
  const encrypted = await deps.age.encrypt(text, deps.recipients(cluster));
  const takenAt = new Date(deps.pace.now()).toISOString();
  const archive = `${configPrefix(cluster)}${takenAt.replaceAll(/[:.]/g, '-')}-${recoveryId}-${part}.yaml.age`;
  const entries = entriesOf(objects, key);
  const last = records[0];
  const record: ConfigRecord = {
    version: 1,
    cluster,
    recoveryId,
    part,
    key: archive,
    takenAt,
    digest: macOf(key, text),
    keyId: key.id,
    bytes: Buffer.byteLength(encrypted),
    sha256: createHash('sha256').update(encrypted).digest('hex'),
    counts: { ...counts },
    skipped: [...skipped],
    entries,
    diff:
      last === undefined
        ? null
        : copyOf(diffOf(last.entries, last.keyId === key.id ? entries : entriesWith(deps, last.keyId, objects))),
  };
  await store.putText(bucket, archive, encrypted);
  await store.putText(bucket, archive + recordSuffix, JSON.stringify(record));
  return savedOf(record);
}

/** A record that was made with an older codec key is compared by that key. */
function entriesWith(deps: ConfigDependencies, keyId: string, objects: Parameters<typeof entriesOf>[0]) {
  const old = deps.macKey(keyId);
  if (old === null)
    throw new RekindleError(
      'codec-key-missing',
      `the last archive was recorded with the key "${keyId}", which the key file lacks`,
    );
  return entriesOf(objects, old);
}

function copyOf({ added, removed, changed }: ReturnType<typeof diffOf>) {
  return { added: [...added], removed: [...removed], changed: [...changed] };
}

function savedOf(record: ConfigRecord): SavedConfig {
  return { ...archiveSummary(record), diff: record.diff === null ? null : summaryOf(record.diff) };
}

/** The plain objects of an archive. */
export async function openArchive(deps: ConfigDependencies, { cluster, region, bucket }: ConfigPlace, archive: string) {
  const identities = deps.identities(cluster);
  if (identities === null) {
    throw new RekindleError(
      'precondition-unmet',
      `clusters.${cluster}.configBackup.identityFile: missing; without it nothing can be opened here`,
    );
  }
  const stored = await deps.stores.region(region).getText(bucket, archive, deps.pace.signal());
  if (stored === null) throw new RekindleError('not-found', `s3://${bucket}/${archive} is not there`);
  try {
    const text = await deps.age.decrypt(stored, identities);
    return { text, objects: parseArchiveText(text) };
  } catch (cause) {
    // The tool's own words could quote what it read.
    throw new RekindleError(
      'definitions-damaged',
      `s3://${bucket}/${archive} cannot be opened with the identity of cluster ${cluster}: ${cause instanceof Error ? cause.name : 'unknown reason'}`,
    );
  }
}

/** Whether what is stored is what was recorded, and opens to the recorded content. */
export async function checkArchive(
  deps: ConfigDependencies,
  input: ConfigPlace & { readonly archive: string },
): Promise<CheckedArchive> {
  const { region, bucket, archive, cluster } = input;
  const store = deps.stores.region(region);
  const [stored, text] = await Promise.all([
    store.getText(bucket, archive, deps.pace.signal()),
    store.getText(bucket, archive + recordSuffix, deps.pace.signal()),
  ]);
  if (stored === null || text === null)
    return { stored: false, content: null, detail: 'the archive or its record is not there' };
  const record = parseRecord(text, `s3://${bucket}/${archive}${recordSuffix}`);
  const same = createHash('sha256').update(stored).digest('hex') === record.sha256;
  const facts = `${record.bytes} bytes, sha256 ${record.sha256.slice(0, 16)}, digest ${record.digest.slice(0, 16)}`;
  const key = deps.macKey(record.keyId);
  if (deps.identities(cluster) === null || key === null)
    return { stored: same, content: null, detail: `${facts}; not opened: no identity here` };
  const opened = await openArchive(deps, input, archive);
  const content = macOf(key, opened.text) === record.digest && archiveText(opened.objects) === opened.text;
  return { stored: same, content, detail: `${facts}; opened: ${opened.objects.length} objects` };
}
