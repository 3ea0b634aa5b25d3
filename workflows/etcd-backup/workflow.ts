import { seeSettledEtcd } from '../etcd-restore/look.ts';
import { onHost } from '../etcd-restore/on-host.ts';
import { listEtcdSnapshots, preparing, pruneEtcdSnapshots, readControlPlane, trying } from '../etcd-restore/ports.ts';
import { seeHosts } from '../etcd-restore/see-hosts.ts';
import type { Carry } from '../recovery/carry.ts';
import type { Evidence } from '../recovery/evidence.ts';
import type { Admitted } from '../recovery/input.ts';
import type { RecoveryResult } from '../recovery/result.ts';
import { runRecovery } from '../recovery/run-recovery.ts';
import type { Check, Scenario, ScenarioContext, Step } from '../recovery/scenario.ts';
import type { EtcdBackupInput } from './contract.ts';
import { type BackupFacts, decide } from './decide.ts';
import type { BackupMemory, BackupWork } from './work.ts';

/** A snapshot of a healthy member, tried by a restore, in a bucket where nobody can delete it for a while. */
const scenario: Scenario<EtcdBackupInput, BackupFacts, BackupWork, BackupMemory> = {
  slug: 'etcd-backup',
  target: ({ cluster }) => `etcd of ${cluster}`,
  assess,
  decide,
  scopes: () => ['control-plane/etcd'],
  memory: () => ({ key: null, revision: null, totalKeys: null }),
  steps,
  verify: (work, memory) => [readable(work, memory), notSmaller(work, memory)],
};

export async function etcdBackup(input: EtcdBackupInput, carry?: Carry): Promise<RecoveryResult> {
  return runRecovery(scenario, input, carry);
}

async function assess(
  { input: { cluster } }: Admitted<EtcdBackupInput>,
  context: ScenarioContext,
): Promise<BackupFacts> {
  const controlPlane = await readControlPlane({ cluster });
  const { region, bucket } = controlPlane;
  if (controlPlane.kind === 'eks') return { controlPlane, hosts: [], etcd: null, snapshots: null };
  // The snapshots first: a member that is asked afterwards cannot be behind one of them only because time went by.
  const snapshots = bucket === null ? null : await listEtcdSnapshots({ region, bucket, cluster });
  const { hosts } = await seeHosts(cluster, controlPlane, false, context);
  const reached = hosts.flatMap(({ facts }) => (facts === null ? [] : [facts]));
  return {
    controlPlane,
    hosts,
    etcd: await seeSettledEtcd(cluster, reached, hosts.length),
    snapshots,
  };
}

function steps(work: BackupWork, memory: BackupMemory, context: ScenarioContext): readonly Step[] {
  const { cluster, region, bucket, host, lockDays, keepCount, keepDays } = work;
  const { recoveryId, workflowId } = context;
  return [
    {
      id: 'take-snapshot',
      title: 'Save the member, try the snapshot by a restore, store it',
      target: `member ${work.member}`,
      effect: 'create',
      expectedSeconds: 20,
      skippable: false,
      undo: null,
      run: async () => {
        const taken = await onHost(cluster, host, preparing).takeEtcdSnapshot({
          recoveryId,
          workflowId,
          region,
          bucket,
          lockDays,
        });
        memory.key = taken.key;
        memory.revision = taken.revision;
        memory.totalKeys = taken.totalKeys;
        return `s3://${bucket}/${taken.key}: revision ${taken.revision}, ${taken.totalKeys} keys, ${taken.bytes} bytes`;
      },
    },
    {
      id: 'prune',
      title: 'Remove snapshots that are no longer kept',
      target: `s3://${bucket}`,
      effect: 'delete',
      expectedSeconds: 2,
      skippable: true,
      undo: null,
      run: async () => {
        const { removed, kept } = await pruneEtcdSnapshots({ region, bucket, cluster, keepCount, keepDays });
        return `${removed.length} removed, ${kept} kept`;
      },
    },
  ];
}

/** The stored object, downloaded again, can be restored. */
function readable({ cluster, region, bucket, host }: BackupWork, memory: BackupMemory): Check {
  const about = {
    claim: 'restored',
    target: `s3://${bucket}/${memory.key}`,
    source: 'etcdutl snapshot restore',
  } as const;
  return {
    ...about,
    run: async () => {
      const record = await onHost(cluster, host, trying).checkEtcdSnapshot({ region, bucket, key: memory.key ?? '' });
      const detail = `sha256 ${record.sha256}, revision ${record.revision}, etcd ${record.etcdVersion}`;
      return { ...about, outcome: 'proved', detail };
    },
  };
}

/** A cluster that lost half of its keys since the last snapshot is probably not what anybody wants to go back to. */
function notSmaller({ cluster, formerKeys }: BackupWork, { totalKeys }: BackupMemory): Check {
  const about = {
    claim: 'consistent',
    target: `the content of ${cluster}`,
    source: 'etcdutl snapshot status',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      const halved = formerKeys !== null && totalKeys !== null && totalKeys < formerKeys / 2;
      const detail = `${totalKeys} keys${formerKeys === null ? '' : `, ${formerKeys} in the snapshot before`}`;
      return { ...about, outcome: halved ? 'disproved' : 'proved', detail };
    },
  };
}
