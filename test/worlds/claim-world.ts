/** One workload with one claim in a namespace of its own, in the one shape that the matrix, the faults and the benches share. */

import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';
import { deployLightWorkloads, type LightWorkload } from '../../sandbox/seed/light-workloads.ts';
import type { TableState } from '../../sandbox/seed/orders-table.ts';
import { deployDatabase, type WorkloadOptions } from '../../sandbox/seed/workloads.ts';

export interface ClaimWorld {
  readonly namespace: string;
  readonly kind: 'StatefulSet' | 'Deployment';
  /** Of the workload, and its app label. */
  readonly name: string;
  readonly claim: string;
  readonly claimUid: string;
  readonly volumeName: string;
  /** What was in the database at the time of the snapshot; null without one. */
  readonly table: TableState | null;
  /** What was on the volume at the time of the snapshot; null with a database. */
  readonly mark: string | null;
}

export function worldOfLight({ namespace, name, claimUid, volumeName, mark }: LightWorkload): ClaimWorld {
  return { namespace, kind: 'Deployment', name, claim: name, claimUid, volumeName, table: null, mark };
}

/** A Deployment that does nothing, with a marked volume. */
export async function lightWorld(access: ClusterAccess, namespace: string): Promise<ClaimWorld> {
  const [made] = await deployLightWorkloads(access, namespace, 1);
  if (made === undefined) throw new Error(`no workload was made in ${namespace}`);
  return worldOfLight(made);
}

/** A StatefulSet with a real PostgreSQL. */
export async function databaseWorld(
  access: ClusterAccess,
  namespace: string,
  options: Omit<WorkloadOptions, 'namespace'> = {},
): Promise<ClaimWorld> {
  const { kind, name, claims, table } = await deployDatabase(access, { rows: 50, ...options, namespace });
  const [{ name: claim, uid: claimUid, volumeName }] = claims;
  return { namespace, kind, name, claim, claimUid, volumeName, table, mark: null };
}

export async function lose(
  sandbox: Sandbox,
  { namespace, claim }: ClaimWorld,
  what: 'volume-deleted' | 'claim-deleted' = 'volume-deleted',
): Promise<void> {
  await sandbox.break(what, { namespace, pvc: claim });
}

export function workflowIdOf({ namespace, claim }: Pick<ClaimWorld, 'namespace' | 'claim'>): string {
  return `volume-rebind/prod/${namespace}/${claim}`;
}

export function inputOf({ namespace, claim }: ClaimWorld) {
  return { cluster: 'prod', namespace, pvc: claim, approval: 'automatic' } as const;
}
