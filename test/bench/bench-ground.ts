import { randomUUID } from 'node:crypto';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { type ClusterAccess, openCluster } from '../../sandbox/seed/cluster-access.ts';
import { deployLightWorkloads } from '../../sandbox/seed/light-workloads.ts';
import { removeNamespace } from '../../sandbox/seed/remove-namespace.ts';
import { recoveredProblems } from '../worlds/claim-problems.ts';
import { type ClaimWorld, inputOf, lose, workflowIdOf, worldOfLight } from '../worlds/claim-world.ts';
import {
  openRecoveryGround,
  type RecoveryGround,
  resultOf,
  type StartedRecovery,
} from '../worlds/recovery-in-namespace.ts';

/** Where a bench measures: a sandbox that is up, a worker, and lost volumes on request. */
export interface BenchGround extends RecoveryGround {
  readonly sandbox: Sandbox;
  readonly access: ClusterAccess;
  /** Light workloads in a namespace of their own whose volumes have just been lost. */
  lostVolumes(count: number): Promise<ClaimWorld[]>;
  startRecovery(world: ClaimWorld): Promise<StartedRecovery>;
  /** Throws unless the run ended recovered and everything holds. Returns nothing: looking is not part of a measure. */
  prove(world: ClaimWorld, handle: StartedRecovery): Promise<void>;
}

export async function openBenchGround(sandbox: Sandbox): Promise<BenchGround> {
  const access = await openCluster(sandbox.context);
  const ground = await openRecoveryGround(sandbox, `bench-${randomUUID().slice(0, 6)}`);
  return {
    ...ground,
    sandbox,
    access,
    async lostVolumes(count) {
      const made = await deployLightWorkloads(access, `bench-${randomUUID().slice(0, 6)}`, count);
      const worlds = made.map(worldOfLight);
      for (const world of worlds) await lose(sandbox, world);
      return worlds;
    },
    startRecovery: (world) => ground.start('volumeRebind', workflowIdOf(world), inputOf(world)),
    async prove(world, handle) {
      const result = await resultOf(handle);
      if (result.status !== 'recovered') throw new Error(`${handle.workflowId} ended ${JSON.stringify(result)}`);
      const problems = await recoveredProblems(access, world, handle.firstExecutionRunId);
      if (problems.length > 0) throw new Error(`${handle.workflowId}: ${problems.join('; ')}`);
    },
  };
}

export async function removeWorlds({ access }: BenchGround, worlds: readonly ClaimWorld[]): Promise<void> {
  for (const namespace of new Set(worlds.map((world) => world.namespace))) await removeNamespace(access, namespace);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}
