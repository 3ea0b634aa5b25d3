import type { V1Node } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { kubeletLabel } from '../../../../sandbox/cluster/kwok-stages.ts';
import { correctTaints, decideNode, NodeStep } from '../../../../sandbox/controllers/nodes/decide-node.ts';
import type { Instance } from '../../../../sandbox/controllers/nodes/instance.ts';
import { nodeObject } from '../../../../sandbox/controllers/nodes/node-objects.ts';
import { dedicatedTo, registrationOf } from '../../../../sandbox/controllers/nodes/registration.ts';

const running: Instance = {
  id: 'i-0a',
  state: 'running',
  type: 'm5.large',
  zone: 'us-east-1a',
  privateIp: '10.0.0.4',
  privateDnsName: '',
  autoScalingGroup: 'prod-workers-a',
  joins: true,
  impaired: false,
  registersWith: registrationOf(new Map(dedicatedTo('pool', 'tests').map(({ Key, Value }) => [Key, Value]))),
};

function node({ beating, ready }: { beating: boolean; ready: boolean }): V1Node {
  return {
    metadata: { name: 'ip-10-0-0-4', labels: beating ? { [kubeletLabel.name]: kubeletLabel.value } : {} },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }] },
  };
}

const live = node({ beating: true, ready: true });

describe('an instance without a Node', () => {
  test.each([
    ['that runs registers one', running, false, NodeStep.register],
    ['that still boots waits', { ...running, state: 'pending' }, false, NodeStep.none],
    ['with a broken image never joins', { ...running, joins: false }, false, NodeStep.none],
    ['that is cut off cannot register', running, true, NodeStep.none],
    ['whose status checks fail does not register', { ...running, impaired: true }, false, NodeStep.none],
  ] as const)('%s', (_title, instance, partitioned, step) => {
    expect(decideNode({ node: undefined, instance, partitioned })).toBe(step);
  });
});

describe('a Node', () => {
  test.each([
    ['of a running instance is left alone', live, running, false, NodeStep.none],
    ['of a stopped instance falls silent', live, { ...running, state: 'stopped' }, false, NodeStep.silence],
    ['of a hanging instance falls silent', live, { ...running, impaired: true }, false, NodeStep.silence],
    ['that is cut off falls silent', live, running, true, NodeStep.silence],
    ['of a forgotten instance falls silent first', live, undefined, false, NodeStep.silence],
    [
      'of a terminated instance stays while it still counts as ready',
      node({ beating: false, ready: true }),
      { ...running, state: 'terminated' },
      false,
      NodeStep.none,
    ],
    [
      'of a terminated instance goes once it stopped reporting',
      node({ beating: false, ready: false }),
      { ...running, state: 'terminated' },
      false,
      NodeStep.remove,
    ],
    [
      'of a stopped instance stays',
      node({ beating: false, ready: false }),
      { ...running, state: 'stopped' },
      false,
      NodeStep.none,
    ],
    ['of a revived instance beats again', node({ beating: false, ready: false }), running, false, NodeStep.beat],
  ] as const)('%s', (_title, object, instance, partitioned, step) => {
    expect(decideNode({ node: object, instance, partitioned })).toBe(step);
  });

  test.each([
    [true, 91, NodeStep.wake],
    [true, 89, NodeStep.none],
    [false, 91, NodeStep.none],
  ] as const)('of a stopped instance, ready: %s, silent for %d s: %s', (ready, silentSeconds, step) => {
    const instance = { ...running, state: 'stopped' } as const;
    expect(decideNode({ node: node({ beating: false, ready }), instance, partitioned: false, silentSeconds })).toBe(
      step,
    );
    expect(decideNode({ node: node({ beating: false, ready }), instance, partitioned: false })).toBe(NodeStep.none);
  });

  test('of a stopped instance gets the shutdown taint once it is not ready, and loses it when it runs again', () => {
    const silent = node({ beating: false, ready: false });
    const taints = correctTaints(silent, { ...running, state: 'stopped' })?.taints;
    expect(taints).toEqual([{ key: 'node.cloudprovider.kubernetes.io/shutdown', effect: 'NoSchedule' }]);
    expect(correctTaints(live, { ...running, state: 'stopped' })).toBeUndefined();
    expect(correctTaints({ ...live, spec: { taints: taints ?? [] } }, running)).toEqual({ taints: [] });
  });
});

test('an instance of a group that is dedicated to a workload registers with its label and its taint', () => {
  const { metadata, spec } = nodeObject(running, 'us-east-1');
  expect(metadata?.labels).toMatchObject({ pool: 'tests' });
  expect(spec?.taints).toEqual([{ key: 'pool', value: 'tests', effect: 'NoSchedule' }]);
});
