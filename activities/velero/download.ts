import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { type Holder, recoveryMarks } from '../kubernetes/marks.ts';
import { poll } from '../kubernetes/polling.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import type { Pace } from '../pace.ts';
import { veleroKinds } from './kinds.ts';
import type { DownloadRequestObject } from './objects.ts';
import type { SignedFiles } from './port.ts';

export type FileKind =
  | 'BackupContents'
  | 'BackupResourceList'
  | 'BackupResults'
  | 'BackupVolumeInfos'
  | 'RestoreResults';

/** Seconds in which a server that runs signs an address. */
const signingSeconds = 20;

export interface DownloadSources {
  readonly cluster: KubernetesPort;
  readonly files: SignedFiles;
  readonly pace: Pace;
}

/**
 * The bytes of one file of a backup or restore, or null when the store holds none: `Processed` says that the address was signed,
 * not that anything is there. Each call asks under a name of its own, because an address lives for ten minutes, and takes its
 * request away again; what a killed worker leaves behind, Velero deletes when it expires.
 */
async function download(
  { cluster, files, pace }: DownloadSources,
  { veleroNamespace, kind, name, holder }: DownloadTarget,
): Promise<Buffer | null> {
  const ref = { namespace: veleroNamespace, name: `rekindle-${randomUUID()}` };
  await cluster.create(veleroKinds.downloadRequest, {
    metadata: { ...ref, annotations: recoveryMarks(holder) },
    spec: { target: { kind, name } },
  });
  try {
    const url = await poll(pace, signingSeconds, 'velero-silent', async () => {
      const seen = await cluster.read<DownloadRequestObject>(veleroKinds.downloadRequest, ref, pace.signal());
      const { phase, downloadURL } = seen?.status ?? {};
      if (phase === 'Processed' && downloadURL) return { done: downloadURL };
      return { missing: `Velero has not signed the address of ${kind} of ${name} yet` };
    });
    return await files.fetch(url, pace.signal());
  } finally {
    await cluster.remove(veleroKinds.downloadRequest, ref).catch(() => false);
  }
}

export interface DownloadTarget {
  readonly veleroNamespace: string;
  readonly kind: FileKind;
  /** Name of the backup or restore. */
  readonly name: string;
  readonly holder: Holder;
}

function unpacked(body: Buffer, file: string): string {
  try {
    return gunzipSync(body).toString('utf8');
  } catch (cause) {
    throw new RekindleError('velero-file-damaged', `${file} is no gzip: ${(cause as Error).message}`, {
      details: { file },
    });
  }
}

/** The file as it is stored. @throws RekindleError `velero-file-missing` where nothing can be said without it */
export async function downloadKnownBytes(sources: DownloadSources, target: DownloadTarget): Promise<Buffer> {
  const bytes = await download(sources, target);
  if (bytes !== null) return bytes;
  throw new RekindleError('velero-file-missing', `the store holds no ${target.kind} of ${target.name}`, {
    details: { kind: target.kind, name: target.name },
  });
}

/** The text of a file that is stored as gzip. */
export async function downloadKnown(sources: DownloadSources, target: DownloadTarget): Promise<string> {
  return unpacked(await downloadKnownBytes(sources, target), `${target.kind} of ${target.name}`);
}

/** As `downloadKnown`, for files that older servers do not write: null when there is none. */
export async function downloadIfThere(sources: DownloadSources, target: DownloadTarget): Promise<string | null> {
  const bytes = await download(sources, target);
  return bytes === null ? null : unpacked(bytes, `${target.kind} of ${target.name}`);
}
