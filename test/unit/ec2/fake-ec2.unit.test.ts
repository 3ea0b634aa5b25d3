import { describe } from 'vitest';
import { ec2Conformance } from '../../adapters/ec2-conformance.ts';
import { FakeEc2Region } from '../../adapters/fake-ec2.ts';

describe('the EC2 of the unit tests', () => {
  ec2Conformance(async () => {
    const region = new FakeEc2Region();
    return {
      region,
      accountId: region.accountId,
      zone: 'us-east-1b',
      unknownZone: 'us-east-1q',
      addSnapshot: async (tags) => {
        const { volumeId } = region.addVolume({});
        return { snapshotId: region.addSnapshot({ volumeId, tags }).snapshotId, volumeId };
      },
      settled: async () => {},
    };
  }, 'unit');
});
