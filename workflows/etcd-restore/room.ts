import type { HostFacts } from '../../activities/hosts/types.ts';
import type { Precondition } from '../recovery/plan.ts';

/** Nothing begins that would fill the file system of etcd. */
export function room({ host, etcd }: HostFacts, bytes: number): Precondition {
  return {
    name: `room on ${host}`,
    blocking: true,
    met: etcd.freeBytes >= bytes,
    detail: `${Math.ceil(bytes / 1024 / 1024)} MiB are needed beside the data of etcd`,
  };
}
