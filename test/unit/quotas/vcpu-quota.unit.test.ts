import { describe, expect, it } from 'vitest';
import { createQuotaActivities } from '../../../activities/quotas/activities.ts';
import type { CountedMachine, QuotaRegion } from '../../../activities/quotas/port.ts';
import { countedMachine } from '../../../activities/quotas/translate.ts';
import { RekindleError } from '../../../errors/rekindle-error.ts';
import { TestPace } from '../../adapters/test-pace.ts';

describe('a machine in the quota of standard on-demand vCPUs', () => {
  const CpuOptions = { CoreCount: 2, ThreadsPerCore: 2 };
  it.each([
    ['m5.xlarge', 4],
    ['c7gn.xlarge', 4],
    ['d3en.xlarge', 4],
    ['im4gn.xlarge', 4],
    ['z1d.xlarge', 4],
    ['p4d.24xlarge', 0],
    ['inf2.xlarge', 0],
    ['dl1.24xlarge', 0],
    ['trn1.2xlarge', 0],
    ['hpc7a.96xlarge', 0],
    ['u-6tb1.112xlarge', 0],
  ] as const)('%s takes %i', (InstanceType, vcpus) => {
    expect(countedMachine({ InstanceType, CpuOptions } as Parameters<typeof countedMachine>[0]).vcpus).toBe(vcpus);
  });

  it('takes none as a spot instance, and none now when it is stopped', () => {
    const about = { InstanceType: 'm5.xlarge', CpuOptions } as const;
    expect(countedMachine({ ...about, InstanceLifecycle: 'spot' }).vcpus).toBe(0);
    expect(countedMachine({ ...about, State: { Name: 'stopped' } })).toMatchObject({ vcpus: 4, runs: false });
  });
});

describe('reading the quota', () => {
  const read = (region: Partial<QuotaRegion>) => {
    const machines = async (): Promise<readonly CountedMachine[]> => [];
    const regions = { region: () => ({ standardVcpus: async () => 32, machines, ...region }) };
    const activities = createQuotaActivities({ regions, pace: new TestPace() });
    return activities.readVcpuQuota({ region: 'us-east-1', groups: ['a', 'b', 'c'] });
  };

  it('counts what runs in the whole region, and tells by the largest machine of each group what one more takes', async () => {
    const machines = async (): Promise<readonly CountedMachine[]> => [
      { group: 'a', vcpus: 2, runs: true },
      { group: 'a', vcpus: 4, runs: false },
      { group: 'b', vcpus: 0, runs: true },
      { group: null, vcpus: 8, runs: true },
    ];
    expect(await read({ machines })).toEqual({
      limit: 32,
      used: 10,
      each: [
        { group: 'a', vcpus: 4 },
        { group: 'b', vcpus: 0 },
        { group: 'c', vcpus: null },
      ],
    });
  });

  it('says what it could not read, and stops nothing', async () => {
    const standardVcpus = () =>
      Promise.reject(new RekindleError('forbidden', 'GetServiceQuota: AccessDeniedException: no permission'));
    expect(await read({ standardVcpus })).toEqual({ unread: 'GetServiceQuota: AccessDeniedException: no permission' });
  });
});
