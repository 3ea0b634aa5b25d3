import { RekindleError } from '../../errors/rekindle-error.ts';
import { grouped } from '../kubernetes/grouped.ts';
import { activityPace, type Pace } from '../pace.ts';
import type { QuotaRegions } from './port.ts';
import type { QuotaActivities } from './types.ts';

export type { QuotaActivities } from './types.ts';

export interface QuotaDependencies {
  readonly regions: QuotaRegions;
  readonly pace?: Pace;
}

export function createQuotaActivities({ regions, pace = activityPace }: QuotaDependencies): QuotaActivities {
  return {
    /**
     * Safe to retry: reads only. What cannot be read (a right that is missing, a partition without Service Quotas) is told and stops
     * nothing: a launch beyond the quota says so itself.
     */
    async readVcpuQuota({ region: name, groups }) {
      const region = regions.region(name);
      try {
        const [limit, machines] = await Promise.all([
          region.standardVcpus(pace.signal()),
          region.machines(pace.signal()),
        ]);
        const byGroup = grouped(machines, ({ group }) => group ?? '');
        return {
          limit,
          used: machines.reduce((sum, { runs, vcpus }) => sum + (runs ? vcpus : 0), 0),
          each: groups.map((group) => {
            const known = byGroup.get(group) ?? [];
            return { group, vcpus: known.length === 0 ? null : Math.max(...known.map(({ vcpus }) => vcpus)) };
          }),
        };
      } catch (error) {
        if (!(error instanceof RekindleError)) throw error;
        return { unread: error.message };
      }
    },
  };
}
