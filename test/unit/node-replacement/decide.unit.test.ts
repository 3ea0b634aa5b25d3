import { describe, expect, it } from 'vitest';
import { decide } from '../../../workflows/node-replacement/decide.ts';
import type { NodeFacts } from '../../../workflows/node-replacement/facts.ts';
import { admittedOf as admitted, deadNode, factsOf, type NodeSketch, silentNode } from './facts-of.ts';

function proceed(facts: NodeFacts, input: Parameters<typeof admitted>[0] = {}) {
  const verdict = decide(admitted(input), facts);
  if (verdict.kind !== 'proceed') throw new Error(`${verdict.kind}: ${verdict.code}: ${verdict.message}`);
  return verdict;
}

const living = (count: number, zone = 'us-east-1b'): NodeSketch[] =>
  Array.from({ length: count }, (_, index) => ({ id: `i-${zone.slice(-1)}${index}`, zone }));

describe('the verdict on a node', () => {
  it.each([
    ['stopped', { state: 'stopped', checks: 'unknown' }],
    ['terminated', { state: 'terminated', checks: 'unknown' }],
    ['forgotten by EC2', { state: 'missing', checks: 'unknown' }],
    ['impaired', { state: 'running', checks: 'impaired' }],
  ] as const)('is dead when it is silent and its machine is %s', (_name, machine) => {
    const { work } = proceed(factsOf([{ id: 'i-1', node: silentNode, machine }, ...living(5)]));
    expect(work.waves.flatMap(({ nodes }) => nodes.map(({ instanceId }) => instanceId))).toEqual(['i-1']);
  });

  it.each([
    ['nodes-partitioned', 'EC2 finds its machine well', silentNode, {}],
    ['nodes-settling', 'Kubernetes still calls it Ready', {}, { state: 'stopped' }],
    ['nodes-settling', 'its Lease is fresh', { ready: 'False', leaseAgeSeconds: 8 }, { state: 'stopped' }],
    ['nodes-settling', 'its machine is on its way down', silentNode, { state: 'stopping', checks: 'unknown' }],
    ['nodes-healthy', 'its kubelet reports without being Ready', { ready: 'False', leaseAgeSeconds: 8 }, {}],
  ] as const)('is not dead but %s when %s', (code, _why, node, machine) => {
    expect(decide(admitted(), factsOf([{ id: 'i-1', node, machine }, ...living(5)]))).toMatchObject({ code });
  });

  it('takes no forgotten machine for dead where EC2 knows none at all: that is the wrong account', () => {
    const machine = { state: 'missing', checks: 'unknown' } as const;
    const all = [{ id: 'i-1', node: silentNode, machine }, ...living(3).map((one) => ({ ...one, machine }))];
    expect(decide(admitted(), factsOf(all))).toMatchObject({ code: 'nodes-partitioned' });
  });

  it('leaves cut-off nodes alone beside dead ones, and names them', () => {
    const { work, draft } = proceed(factsOf([deadNode('i-1'), { id: 'i-2', node: silentNode }, ...living(8)]));
    expect(work.waves.flatMap(({ nodes }) => nodes.map(({ instanceId }) => instanceId))).toEqual(['i-1']);
    expect(draft.warnings.join('\n')).toContain('node-i-2');
  });

  it('never replaces a node of the control plane', () => {
    const control: NodeSketch = { ...deadNode('i-1'), node: { ...silentNode, controlPlane: true } };
    expect(decide(admitted(), factsOf([control, ...living(5)]))).toMatchObject({ code: 'nodes-healthy' });
  });
});

describe('the verdict on the cluster', () => {
  it('suspects the observer when no node is Ready, also when EC2 agrees that all are dead', () => {
    const partitioned = [1, 2, 3].map((one) => ({ id: `i-${one}`, node: silentNode }));
    expect(decide(admitted(), factsOf(partitioned))).toMatchObject({ code: 'observer-suspected' });
    const dead = [1, 2, 3].map((one) => deadNode(`i-${one}`));
    expect(decide(admitted(), factsOf(dead))).toMatchObject({ code: 'observer-suspected' });
  });

  it('tells a zone outage from single failures', () => {
    const zone = [deadNode('i-1'), deadNode('i-2'), ...living(8)];
    expect(proceed(factsOf(zone)).reason).toContain('zone-outage');
    const single = [deadNode('i-1'), { id: 'i-2' }, ...living(8)];
    expect(proceed(factsOf(single)).reason).toContain('isolated');
  });

  it('asks for an approval beyond the share of dead nodes', () => {
    const facts = factsOf([deadNode('i-1'), deadNode('i-2'), ...living(4)]);
    const asked = (input: Parameters<typeof admitted>[0]) => proceed(facts, input).draft.preconditions[0]?.met;
    expect(asked({})).toBe(false);
    expect(asked({ approval: 'required' })).toBe(true);
    expect(asked({ maxUnhealthyPercent: 50 })).toBe(true);
  });

  it.each([
    ['launch-suspended', { suspended: ['Launch'] }],
    ['launch-suspended', { suspended: ['Terminate'] }],
    ['scope-held', { heldBy: 'another-run' }],
  ] as const)('refuses with %s for %o', (code, group) => {
    expect(decide(admitted(), factsOf([deadNode('i-1'), ...living(5)], group))).toMatchObject({ code });
  });

  it('waits with everything while an instance refresh is under way', () => {
    const { draft } = proceed(factsOf([deadNode('i-1'), ...living(5)], { refresh: 'refresh-1' }));
    expect(draft.preconditions.find(({ met }) => !met)).toMatchObject({
      blocking: true,
      detail: expect.stringContaining('refresh-1'),
    });
  });
});

describe('the plan', () => {
  it('takes the zones in turn and asks for as much capacity as a wave retires', () => {
    const sketches = [
      ...['i-1', 'i-2', 'i-3'].map((id) => deadNode(id, 'us-east-1a')),
      ...['i-4', 'i-5'].map((id) => deadNode(id, 'us-east-1b')),
      { id: 'i-6', zone: 'us-east-1a' },
      { id: 'i-7', zone: 'us-east-1b' },
    ];
    const { waves } = proceed(factsOf(sketches), { maxParallel: 2, maxUnhealthyPercent: 100 }).work;
    expect(waves.map(({ nodes }) => nodes.map(({ instanceId }) => instanceId))).toEqual([
      ['i-1', 'i-4'],
      ['i-2', 'i-5'],
      ['i-3'],
    ]);
    expect(waves.map(({ groups }) => groups)).toEqual([
      [
        { name: 'workers-a', desired: 5, ready: 2 },
        { name: 'workers-b', desired: 4, ready: 2 },
      ],
      [
        { name: 'workers-a', desired: 5, ready: 3 },
        { name: 'workers-b', desired: 4, ready: 3 },
      ],
      [{ name: 'workers-a', desired: 5, ready: 4 }],
    ]);
  });

  it('ends a wave where its nodes hold as many pods as may start at once, a single node excepted', () => {
    const sketches = ['i-1', 'i-2', 'i-3'].map((id) => ({ ...deadNode(id), node: { ...silentNode, pods: 60 } }));
    const full = { ...deadNode('i-4'), node: { ...silentNode, pods: 110 } };
    const { waves } = proceed(factsOf([...sketches, full, ...living(8)]), {
      maxPodsPerWave: 120,
      maxUnhealthyPercent: 100,
    }).work;
    expect(waves.map(({ nodes }) => nodes.map(({ instanceId }) => instanceId))).toEqual([
      ['i-1', 'i-2'],
      ['i-3'],
      ['i-4'],
    ]);
  });

  it('judges a fleet whose well nodes are told by id alone as it does one that is told in full', () => {
    const full = factsOf([deadNode('i-1'), ...living(8)]);
    const { nodes } = full.cluster;
    const short: NodeFacts = {
      quota: null,
      cluster: {
        ...full.cluster,
        nodes: nodes.filter(({ ready }) => ready !== 'True'),
        ready: nodes.flatMap(({ ready, instanceId, zone }) => (ready === 'True' ? [[instanceId, zone] as const] : [])),
      },
      cloud: { ...full.cloud, machines: full.cloud.machines.filter(({ state }) => state !== 'running'), well: 8 },
    };
    expect(decide(admitted(), short)).toEqual(decide(admitted(), full));
  });

  it('drains named living nodes after the dead ones are replaced, with their capacity on top', () => {
    const { work, draft } = proceed(factsOf([deadNode('i-1', 'us-east-1b'), ...living(8)]), {
      drainNodes: ['node-i-b0'],
    });
    expect(work.waves.map(({ kind, groups }) => [kind, groups])).toEqual([
      ['dead', [{ name: 'workers-b', desired: 10, ready: 9 }]],
      ['drained', [{ name: 'workers-b', desired: 10, ready: 10 }]],
    ]);
    expect(draft.summary).toBe('Replace 1 dead and 1 living nodes in 2 waves');
  });

  it.each([
    ['node-unknown', {}, 'node-x'],
    ['node-not-drainable', silentNode, 'node-i-1'],
    ['node-not-drainable', { controlPlane: true }, 'node-i-1'],
  ] as const)('refuses with %s to drain %o, %s', (code, node, name) => {
    const facts = factsOf([{ id: 'i-1', node }, deadNode('i-2'), ...living(5)]);
    const unknown = name === 'node-x' ? ['node-x'] : [];
    const asked = { ...facts, cluster: { ...facts.cluster, unknown } };
    expect(decide(admitted({ drainNodes: [name] }), asked)).toMatchObject({ code });
  });

  it('only adds nodes where none is dead and more are asked for', () => {
    const { work, draft } = proceed(factsOf(living(3)), { desiredCapacity: 5 });
    expect(work.waves).toEqual([]);
    expect(draft.summary).toBe('Add nodes: workers-b from 3 to 5');
  });

  it('takes no capacity away', () => {
    expect(decide(admitted({ desiredCapacity: 2 }), factsOf(living(3)))).toMatchObject({
      code: 'capacity-below-present',
    });
  });

  it('is the same for equal facts, whatever the order of the lists', () => {
    const sketches = [deadNode('i-1'), deadNode('i-2'), ...living(10)];
    expect(proceed(factsOf(sketches.toReversed())).work).toEqual(proceed(factsOf(sketches)).work);
  });
});
