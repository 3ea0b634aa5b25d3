import { isDeepStrictEqual } from 'node:util';
import type { Sandbox } from '../sandbox.ts';
import { type ClusterAccess, openCluster } from '../seed/cluster-access.ts';
import { readOrders, type TableState } from '../seed/orders-table.ts';
import { podDatabase } from '../seed/pod-database.ts';
import { productionDatabase } from '../seed/production.ts';

const { namespace, pod, rows, checksum } = productionDatabase;

/** The content of the table `orders`, or why the database does not answer. */
export async function readProduction(sandbox: Sandbox): Promise<TableState | string> {
  const { context, cluster }: ClusterAccess = await openCluster(sandbox.context);
  try {
    return await readOrders(podDatabase(context, { cluster, namespace, name: pod }));
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

export function isWhole(state: TableState | string): state is TableState {
  return isDeepStrictEqual(state, { rows, checksum });
}

export function inWords(state: TableState | string): string {
  if (typeof state === 'string') return `no answer: ${state}`;
  return `table orders: ${state.rows} rows, checksum ${state.checksum}`;
}
