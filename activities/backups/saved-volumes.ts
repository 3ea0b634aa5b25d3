import { RekindleError } from '../../errors/rekindle-error.ts';
import type { SavedVolume, SavingMethod } from './types.ts';

/** One entry of Velero's file of volume information (`BackupVolumeInfos`), in the fields that are read here. */
interface VolumeInfo {
  readonly pvcName?: string;
  readonly pvcNamespace?: string;
  readonly pvName?: string;
  readonly backupMethod?: string;
  readonly skipped?: boolean;
  readonly skippedReason?: string;
  readonly result?: string;
  readonly csiSnapshotInfo?: { readonly snapshotHandle?: string };
  readonly snapshotDataMovementInfo?: { readonly snapshotHandle?: string };
  readonly nativeSnapshotInfo?: { readonly snapshotHandle?: string };
  readonly pvbInfo?: { readonly snapshotHandle?: string; readonly podNamespace?: string };
}

const methods: Readonly<Record<string, SavingMethod>> = {
  NativeSnapshot: 'native-snapshot',
  CSISnapshot: 'csi-snapshot',
  PodVolumeBackup: 'file-system',
};

/**
 * How each claim's volume was saved, by the backup's own account. Volumes of pods that are no claim are left out. Pure.
 * @throws RekindleError `velero-file-damaged`
 */
export function parseSavedVolumes(text: string, file: string): SavedVolume[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new RekindleError('velero-file-damaged', `${file} cannot be read: ${(cause as Error).message}`);
  }
  // Velero writes `null` where a backup has no volume.
  if (parsed !== null && !Array.isArray(parsed)) throw new RekindleError('velero-file-damaged', `${file} is no list`);
  return ((parsed ?? []) as VolumeInfo[]).filter(({ pvcName }) => pvcName).map(savedVolume);
}

function savedVolume(info: VolumeInfo): SavedVolume {
  const method = info.skipped ? 'none' : (methods[info.backupMethod ?? ''] ?? 'none');
  const handle = handleOf(info);
  const succeeded = method !== 'none' && info.result === 'succeeded' && handle !== null;
  return {
    namespace: info.pvcNamespace ?? '',
    claim: info.pvcName ?? '',
    volume: info.pvName ?? '',
    method,
    handle,
    succeeded,
    reason: succeeded ? null : whyNot(info),
  };
}

function handleOf({ nativeSnapshotInfo, csiSnapshotInfo, snapshotDataMovementInfo, pvbInfo }: VolumeInfo) {
  const handles = [nativeSnapshotInfo, snapshotDataMovementInfo, csiSnapshotInfo, pvbInfo].map(
    (info) => info?.snapshotHandle,
  );
  return handles.find((handle) => handle !== undefined && handle !== '' && handle !== 'unknown') ?? null;
}

function whyNot({ skipped, skippedReason, result }: VolumeInfo): string {
  if (skipped) return skippedReason || 'Velero left it out and does not say why';
  return result ? `Velero says: ${result}` : 'Velero does not say how it ended';
}
