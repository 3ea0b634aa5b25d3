import type {
  BackupStanding,
  ScopeClaim,
  StandingBackup,
  VeleroInstallation,
} from '../../../activities/backups/types.ts';
import type { BackupPolicyFacts } from '../../../activities/inventory/activities.ts';
import type { VeleroHealth } from '../../../activities/velero/types.ts';
import type { BackupFacts } from '../../../workflows/cluster-backup/facts.ts';

export const policy: BackupPolicyFacts = {
  name: 'default',
  veleroNamespace: 'velero',
  schedule: '17 2 * * *',
  ttlHours: 168,
  namespaces: null,
  excludedComponents: ['monitoring', 'logging'],
  fileSystemVolumes: true,
};

export const health: VeleroHealth = {
  server: { version: 'v1.18.3', plugins: ['ObjectStore velero.io/aws'] },
  locations: [
    {
      name: 'default',
      provider: 'aws',
      isDefault: true,
      phase: 'Available',
      accessMode: 'ReadWrite',
      bucket: 'backups',
      prefix: '',
      validatedSecondsAgo: 2,
      usable: true,
      message: null,
    },
  ],
};

export const installation: VeleroInstallation = {
  volumeLocations: [{ name: 'default', provider: 'aws' }],
  nodeAgent: null,
  brokenRepositories: [],
  snapshotDrivers: ['ebs.csi.aws.com', 'rbd.csi.ceph.com'],
  csiFeature: false,
};

export const csi = (driver: string) => ({ name: 'pv', backedBy: { kind: 'csi', driver, handle: 'vol-1' } }) as const;

export function claim(name: string, changes: Partial<ScopeClaim> = {}): ScopeClaim {
  return {
    namespace: 'production',
    name,
    phase: 'Bound',
    component: null,
    volume: csi('ebs.csi.aws.com'),
    mounted: true,
    ...changes,
  };
}

export function backup(name: string, changes: Partial<StandingBackup> = {}): StandingBackup {
  return {
    name,
    phase: 'Completed',
    storageLocation: 'default',
    startedAt: '2026-01-01T02:17:00Z',
    completedAt: '2026-01-01T02:18:00Z',
    expiresAt: null,
    errors: 0,
    warnings: 0,
    namespaces: { included: ['*'], excluded: [] },
    narrowedTo: null,
    ...changes,
  };
}

export const standing: BackupStanding = {
  namespaces: ['production', 'staging'],
  claims: [claim('data'), claim('scratch', { volume: { name: 'pv', backedBy: { kind: 'other', plugin: 'local' } } })],
  schedules: [],
  backups: [],
};

export const facts: BackupFacts = { policy, health, installation, standing, saved: {}, completedSnapshots: [] };
