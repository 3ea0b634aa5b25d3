import { RekindleError } from '../../errors/rekindle-error.ts';

/** Where the data of a volume lies in a backup. `none`: nowhere; its claim comes back empty. */
export type VolumeData = 'native-snapshot' | 'csi-snapshot' | 'file-system' | 'none';

const methods: Readonly<Record<string, VolumeData>> = {
  NativeSnapshot: 'native-snapshot',
  CSISnapshot: 'csi-snapshot',
  PodVolumeBackup: 'file-system',
};

/**
 * By the name of the volume object. A volume whose snapshot failed has no data. `null`: a server before 1.13 wrote no such file.
 * @throws RekindleError `velero-file-damaged`
 */
export function parseVolumeInfos(text: string | null, file: string): ReadonlyMap<string, VolumeData> {
  if (text === null) return new Map();
  let infos: unknown;
  try {
    infos = JSON.parse(text);
  } catch (cause) {
    throw new RekindleError('velero-file-damaged', `${file} is no JSON`, { cause, details: { file } });
  }
  const known = new Map<string, VolumeData>();
  for (const info of Array.isArray(infos) ? infos : []) {
    const { pvName, backupMethod, result, skipped } = info as Record<string, unknown>;
    if (typeof pvName !== 'string') continue;
    const lost = skipped === true || result === 'failed';
    known.set(pvName, lost ? 'none' : (methods[String(backupMethod ?? '')] ?? 'none'));
  }
  return known;
}
