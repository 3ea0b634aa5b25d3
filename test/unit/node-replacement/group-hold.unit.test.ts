import { describe, expect, it } from 'vitest';
import {
  fightingProcesses,
  heldBy,
  holdTags,
  ownHold,
  ownSuspensions,
  writeFormer,
} from '../../../activities/autoscaling/group-hold.ts';
import type { Group } from '../../../activities/autoscaling/port.ts';
import { failureCode } from '../../../activities/autoscaling/replacements.ts';

const former = { min: 1, max: 10, desired: 4, suspended: ['AZRebalance', 'Launch'] };

function group(tags: Group['tags']): Group {
  return { name: 'workers', ...former, zones: [], members: [], tags, warmPool: false };
}

describe('the note on a held group', () => {
  it('tells how the group was, and whose it is', () => {
    const held = group({ [holdTags.recovery]: 'r-1', [holdTags.former]: writeFormer(former) });
    expect(heldBy(held)).toEqual({ recoveryId: 'r-1', former });
    expect(ownHold(held, 'r-1')).toEqual(former);
    expect(() => ownHold(held, 'r-2')).toThrow('held by recovery r-1');
  });

  it('tells of nothing suspended', () => {
    const quiet = { ...former, suspended: [] };
    const held = group({ [holdTags.recovery]: 'r-1', [holdTags.former]: writeFormer(quiet) });
    expect(ownHold(held, 'r-1')).toEqual(quiet);
  });

  it('is not guessed at when it is damaged', () => {
    expect(() => heldBy(group({ [holdTags.recovery]: 'r-1' }))).toThrow('how it was is not told');
  });

  it('fits a tag with every process that there is', () => {
    const all = ['Launch', 'Terminate', 'AddToLoadBalancer', 'HealthCheck', ...fightingProcesses];
    expect(writeFormer({ ...former, suspended: all }).length).toBeLessThanOrEqual(256);
  });

  it('resumes only what was not suspended before', () => {
    expect(ownSuspensions(former)).toEqual(fightingProcesses.filter((name) => name !== 'AZRebalance'));
  });
});

describe('a launch that failed', () => {
  it.each([
    ['We currently do not have sufficient m5.large capacity in the Availability Zone', 'capacity-missing'],
    ['You have requested more vCPU capacity than your current vCPU limit of 32 allows', 'quota-exceeded'],
    ['The image id [ami-1] does not exist', 'launch-failed'],
  ])('is told apart: %s', (message, code) => {
    expect(failureCode(message)).toBe(code);
  });
});
