import { ApplicationFailure } from '@temporalio/workflow';
import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { claimToCreate } from './claim-object.ts';
import { claimTarget, identityOf } from './identity.ts';
import {
  importClusterSnapshot,
  limits,
  recreateClaim,
  removeImportedSnapshot,
  restoreClaim,
  waitClusterSnapshotReady,
} from './ports.ts';
import type { DataSource, RebindMemory, RebindWork } from './work.ts';

/**
 * Snapshot objects of our own for the physical snapshot, in the claim's namespace and `Retain`, so that nothing that is done to
 * them can touch the snapshot. Taken away at any end.
 */
export function importSnapshot(
  work: RebindWork,
  memory: RebindMemory,
  context: ScenarioContext,
  { snapshot }: Extract<DataSource, { kind: 'csi-snapshot' }>,
): readonly Step[] {
  const { cluster, namespace, claim } = work;
  const identity = identityOf(work, context);
  const target = `snapshot ${snapshot.snapshotHandle}`;
  return [
    {
      id: 'import-snapshot',
      title: 'Make the snapshot known in the namespace',
      target,
      effect: 'create',
      expectedSeconds: 1,
      skippable: false,
      undo: {
        kind: 'put-back',
        title: 'Take the snapshot objects away (the snapshot stays)',
        run: async () => {
          const { removed } = await removeImportedSnapshot({ ...identity, namespace, claim });
          return removed.length > 0 ? `removed ${removed.join(', ')}` : 'none was left';
        },
      },
      run: async () => {
        const imported = await importClusterSnapshot({ ...identity, namespace, claim, ...snapshot });
        memory.snapshotName = imported.snapshotName;
        return `VolumeSnapshot ${namespace}/${imported.snapshotName}`;
      },
    },
    {
      id: 'wait-snapshot',
      title: 'Wait until the snapshot is ready to use',
      target,
      effect: 'read',
      expectedSeconds: 5,
      skippable: false,
      undo: null,
      run: async () => {
        const snapshotName = snapshotNameOf(memory);
        const settled = await waitClusterSnapshotReady({
          cluster,
          namespace,
          snapshotName,
          limitSeconds: limits.snapshot,
        });
        if (settled.outcome === 'ready') return `VolumeSnapshot ${namespace}/${snapshotName} is ready to use`;
        throw ApplicationFailure.nonRetryable(`${snapshotName}: ${settled.message}`, 'snapshot-import-failed');
      },
    },
  ];
}

/** A claim's source cannot be changed, so the claim is deleted, if it is there, and created anew with the snapshot as its source. */
export function replaceClaim(work: RebindWork, memory: RebindMemory, context: ScenarioContext): Step {
  const { newClaim, namespace, claim: name, undoClaim } = work;
  if (newClaim === null) throw new Error('no claim to create');
  const identity = identityOf(work, context);
  const { desired, replaceUid } = newClaim;
  const storage = desired.spec.resources?.requests?.storage;
  return {
    id: 'replace-claim',
    title: replaceUid === null ? 'Create the claim from the snapshot' : 'Replace the claim by one from the snapshot',
    target: claimTarget(work),
    effect: replaceUid === null ? 'create' : 'delete',
    expectedSeconds: 5,
    skippable: false,
    undo: {
      kind: 'revert',
      title: undoClaim === null ? 'Take the new claim away' : 'Create the old claim again, on its old volume object',
      run: () => restoreClaim({ ...identity, namespace, name, original: undoClaim }),
    },
    run: async () => {
      const binding = { snapshotName: snapshotNameOf(memory), ...(storage !== undefined && { storage }) };
      const { uid } = await recreateClaim({ ...identity, desired: claimToCreate(desired, binding), replaceUid });
      memory.claimUid = uid;
      return `claim with uid ${uid}`;
    },
  };
}

function snapshotNameOf({ snapshotName }: RebindMemory): string {
  if (snapshotName !== null) return snapshotName;
  throw ApplicationFailure.nonRetryable('an earlier step left no snapshot', 'internal');
}
