import type { GroupFacts, Machine } from '../../../activities/autoscaling/types.ts';
import type { NodeView } from '../../../activities/kubernetes/node-types.ts';
import type { NodeReplacementInput } from '../../../workflows/node-replacement/contract.ts';
import type { NodeFacts } from '../../../workflows/node-replacement/facts.ts';
import type { Admitted } from '../../../workflows/recovery/input.ts';
import { runSettings } from '../../worlds/run-settings.ts';

/** A node with its machine, both well unless told otherwise. */
export interface NodeSketch {
  readonly id: string;
  readonly zone?: string;
  readonly group?: string;
  readonly node?: Partial<NodeView>;
  readonly machine?: Partial<Machine>;
}

export const silentNode: Partial<NodeView> = { ready: 'Unknown', sinceSeconds: 90, leaseAgeSeconds: 140 };

export function admittedOf(
  input: Partial<Admitted<NodeReplacementInput>['input']> = {},
): Admitted<NodeReplacementInput> {
  return {
    input: { cluster: 'prod', dryRun: false, approval: 'automatic', ...input },
    settings: runSettings,
  };
}

export function deadNode(id: string, zone = 'us-east-1a'): NodeSketch {
  return { id, zone, node: silentNode, machine: { state: 'stopped', checks: 'unknown' } };
}

export function factsOf(sketches: readonly NodeSketch[], groups: Partial<GroupFacts> = {}): NodeFacts {
  const groupOf = ({ group, zone = 'us-east-1a' }: NodeSketch) => group ?? `workers-${zone.slice(-1)}`;
  const names = [...new Set(sketches.map(groupOf))].sort();
  return {
    quota: null,
    cluster: {
      repairers: [],
      pending: [],
      ready: [],
      unknown: [],
      controlPlane: { members: 0, ready: 0 },
      nodes: sketches.map(({ id, zone = 'us-east-1a', node }) => ({
        name: `node-${id}`,
        uid: `uid-${id}`,
        instanceId: id,
        zone,
        ready: 'True',
        sinceSeconds: 1_000,
        leaseAgeSeconds: 5,
        controlPlane: false,
        pods: 3,
        statefulPods: 0,
        attachments: 0,
        ...node,
      })),
    },
    cloud: {
      unknown: [],
      well: 0,
      machines: sketches.map((sketch) => ({
        instanceId: sketch.id,
        state: 'running',
        zone: sketch.zone ?? 'us-east-1a',
        group: groupOf(sketch),
        checks: 'ok',
        fencedBy: null,
        ...sketch.machine,
      })),
      groups: names.map((name) => {
        const memberIds = sketches.filter((sketch) => groupOf(sketch) === name).map(({ id }) => id);
        return {
          name,
          min: 0,
          max: 10,
          desired: memberIds.length,
          zones: [],
          memberIds,
          endingIds: [],
          suspended: [],
          launchHooks: [],
          refresh: null,
          warmPool: false,
          lastFailure: null,
          heldBy: null,
          ...groups,
        };
      }),
    },
  };
}
