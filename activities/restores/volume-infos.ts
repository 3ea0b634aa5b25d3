import { RekindleError } from '../../errors/rekindle-error.ts';

/** Where the data of a volume lies in a backup. `none`: nowhere; its claim comes back empty. */
export type VolumeData = 'native-snapshot' | 'csi-snapshot' | 'file-system' | 'none';

const methods: Readonly<Record<string, VolumeData>> = {
  NativeSnapshot: 'native-snapshot',
  CSISnapshot: 'csi-snapshot',
  PodVolumeBackup: 'file-system',
};

/** A snapshot of the cloud itself, as Velero's AWS plugin takes it. */
export interface NativeSnapshot {
  /** `snap-...` */
  readonly snapshotId: string;
  /** Of the volume: `gp3`. */
  readonly type: string;
  readonly iops: number | null;
  /** Where Velero makes the volume; null where it found none to note. */
  readonly zone: string | null;
}

interface VolumeInfo {
  readonly pvName?: unknown;
  readonly backupMethod?: unknown;
  readonly result?: unknown;
  readonly skipped?: unknown;
  readonly nativeSnapshotInfo?: {
    readonly snapshotHandle?: string;
    readonly volumeType?: string;
    readonly volumeAZ?: string;
    readonly iops?: string;
  };
}

/**
 * By the name of the volume object. A volume whose snapshot failed has no data. `null`: a server before 1.13 wrote no such file.
 * @throws RekindleError `velero-file-damaged`
 */
export function parseVolumeInfos(text: string | null, file: string): ReadonlyMap<string, VolumeData> {
  const known = new Map<string, VolumeData>();
  for (const { pvName, backupMethod, result, skipped } of infosOf(text, file)) {
    if (typeof pvName !== 'string') continue;
    const lost = skipped === true || result === 'failed';
    known.set(pvName, lost ? 'none' : (methods[String(backupMethod ?? '')] ?? 'none'));
  }
  return known;
}

/** The native snapshots by the name of the volume object. @throws RekindleError `velero-file-damaged` */
export function parseNativeSnapshots(text: string | null, file: string): ReadonlyMap<string, NativeSnapshot> {
  const data = parseVolumeInfos(text, file);
  const known = new Map<string, NativeSnapshot>();
  for (const { pvName, nativeSnapshotInfo: info } of infosOf(text, file)) {
    if (typeof pvName !== 'string' || data.get(pvName) !== 'native-snapshot' || !info?.snapshotHandle) continue;
    const { snapshotHandle, volumeType, volumeAZ, iops } = info;
    known.set(pvName, {
      snapshotId: snapshotHandle,
      type: volumeType || 'gp3',
      iops: Number(iops) > 0 ? Number(iops) : null,
      zone: volumeAZ || null,
    });
  }
  return known;
}

function infosOf(text: string | null, file: string): readonly VolumeInfo[] {
  if (text === null) return [];
  let infos: unknown;
  try {
    infos = JSON.parse(text);
  } catch (cause) {
    throw new RekindleError('velero-file-damaged', `${file} is no JSON`, { cause, details: { file } });
  }
  return Array.isArray(infos) ? (infos as VolumeInfo[]) : [];
}
