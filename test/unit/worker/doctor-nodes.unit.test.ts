import { describe, expect, it } from 'vitest';
import type { AutoScalingRegion, Group } from '../../../activities/autoscaling/port.ts';
import type { KubernetesObject } from '../../../activities/kubernetes/port.ts';
import { RekindleError } from '../../../errors/rekindle-error.ts';
import { lookAtGroups, lookAtQuota } from '../../../worker/doctor/look-at-nodes.ts';
import { missingRights, neededRights, type Right } from '../../../worker/doctor/permissions.ts';

const group = (suspended: readonly string[] = []) =>
  ({ name: 'workers', members: [{ instanceId: 'i-1' }], suspended }) as unknown as Group;

function region(more: Partial<AutoScalingRegion> = {}): AutoScalingRegion {
  return {
    groups: async () => [group()],
    machines: async () => [],
    failures: async () => [],
    launchHooks: async () => [],
    refresh: async () => null,
    ...more,
  } as unknown as AutoScalingRegion;
}

const denied = (call: string) => async () => {
  throw new RekindleError('forbidden', `${call}: AccessDenied`);
};

describe('the doctor on Auto Scaling groups', () => {
  it.each([
    ['all is well', ['workers'], region(), 'ok', /1 with 1 machines/],
    ['none is named', [], region(), 'warn', /none are named/],
    ['one is unknown', ['workers', 'gone'], region(), 'fail', /unknown here: gone/],
    ['launches are suspended', ['workers'], region({ groups: async () => [group(['Launch'])] }), 'warn', /\(Launch\)/],
    ['groups may not be read', ['workers'], region({ groups: denied('Describe') }), 'fail', /AccessDenied/],
    ['hooks may not be read', ['workers'], region({ launchHooks: denied('Hooks') }), 'fail', /Hooks: AccessDenied/],
    ['machines may not be read', ['workers'], region({ machines: denied('Status') }), 'fail', /Status: AccessDenied/],
  ] as const)('says so when %s', async (_what, names, asked, state, found) => {
    const findings = await lookAtGroups('prod', names, asked);
    expect(findings).toMatchObject([{ check: 'cluster prod: Auto Scaling groups', state }]);
    expect(findings[0]?.found).toMatch(found);
    expect(findings[0]?.mend === '').toBe(state === 'ok');
  });
});

describe('the doctor on the vCPU quota', () => {
  it('reads it, and only warns where the right is missing: the recovery goes on without', async () => {
    const machines = async () => [];
    expect(await lookAtQuota('prod', { standardVcpus: async () => 64, machines })).toMatchObject([{ state: 'ok' }]);
    const missing = await lookAtQuota('prod', { standardVcpus: denied('GetServiceQuota'), machines });
    expect(missing).toMatchObject([{ state: 'warn', found: 'not read: GetServiceQuota: AccessDenied' }]);
    expect(missing[0]?.mend).toContain('ReadVcpuQuota');
  });
});

describe('the doctor on the rights that nodes need', () => {
  it('names each one that the API server denies', async () => {
    const denies = new Set(['patch nodes', 'create pods/eviction']);
    const create = async (_kind: unknown, object: KubernetesObject) => {
      const { spec } = object as unknown as { spec: { resourceAttributes: Right } };
      const { verb, resource, subresource } = spec.resourceAttributes;
      const path = subresource === undefined ? resource : `${resource}/${subresource}`;
      return { ...object, status: { allowed: !denies.has(`${verb} ${path}`) } };
    };
    const cluster = { create } as unknown as Parameters<typeof missingRights>[0];
    const nodes = neededRights().find(({ name }) => name === 'node-replacement');
    expect(await missingRights(cluster, nodes?.rights ?? [])).toEqual(['patch nodes', 'create pods/eviction']);
  });
});
