/**
 * Whether an object that Velero created is what the backup has of it, changed by the rules of the restore. Invariants:
 * 1. What is there in addition is no difference: the server fills in defaults, webhooks and controllers add what is theirs.
 * 2. What the backup has, and the object has not or has otherwise, is one; but for fields that the cluster itself writes anew.
 */
import { mergePatches } from '../kubernetes/merge-patches.ts';
import type { KubernetesObject } from '../kubernetes/port.ts';
import { comparable } from './comparable.ts';
import { modifies } from './modifiers.ts';
import type { SavedObject } from './saved-objects.ts';
import type { ModifierRule } from './types.ts';

type Tree = Readonly<Record<string, unknown>>;

export interface CreatedContext {
  /** From the namespace in the backup to that in the cluster. */
  readonly mapping: Readonly<Record<string, string>>;
  readonly modifiers: readonly ModifierRule[];
  /** Whether an autoscaler of the backup sets the replicas of the workload. */
  readonly autoscaled: (saved: SavedObject) => boolean;
}

/** Paths of what was lost on the way, at most ten; never a value. Pure. */
export function lostFields(saved: SavedObject, found: KubernetesObject, context: CreatedContext): string[] {
  const wanted = modified(saved, context.modifiers);
  // Of another version of its kind it has other fields, and of a patch by paths the result is Velero's to make.
  if (wanted === null || (found.apiVersion ?? '') !== (saved.object.apiVersion ?? '')) return [];
  const lost: string[] = [];
  const kept = lasting(saved, comparable(saved.resource, wanted, context.mapping), context);
  walk(kept, comparable(saved.resource, found), '', lost);
  return lost.slice(0, 10);
}

/** The object after the merge patches of the rules; null where a rule changes it in another way. */
function modified(saved: SavedObject, modifiers: readonly ModifierRule[]): KubernetesObject | null {
  let object: KubernetesObject = saved.object;
  for (const rule of modifiers) {
    if (!modifies(rule, saved)) continue;
    const { mergePatches: patches, patches: byPath, strategicPatches } = rule as RulePatches;
    if (byPath !== undefined || strategicPatches !== undefined || patches === undefined) return null;
    for (const { patchData } of patches) {
      const patch = jsonOf(patchData);
      if (patch === null) return null;
      object = mergePatches(object, patch) as unknown as KubernetesObject;
    }
  }
  return object;
}

interface RulePatches {
  readonly mergePatches?: readonly { readonly patchData: string }[];
  readonly patches?: unknown;
  readonly strategicPatches?: unknown;
}

/** Null for YAML, which only Velero reads. */
function jsonOf(text: string): Tree | null {
  try {
    return JSON.parse(text) as Tree;
  } catch {
    return null;
  }
}

/** Without what the cluster or Velero's own actions write anew. */
function lasting(saved: SavedObject, tree: Tree, { autoscaled }: CreatedContext): Tree {
  const spec = isTree(tree.spec) ? tree.spec : {};
  switch (saved.resource) {
    case 'persistentvolumeclaims': {
      // A claim that is filled from a snapshot names it, and is at least as large.
      const { resources: _resources, dataSource: _source, dataSourceRef: _reference, ...rest } = spec;
      return { ...tree, spec: rest };
    }
    case 'clusterroles.rbac.authorization.k8s.io': {
      const { rules: _rules, ...rest } = tree;
      return tree.aggregationRule === undefined ? tree : rest;
    }
    default: {
      const { replicas: _replicas, ...rest } = spec;
      return autoscaled(saved) ? { ...tree, spec: rest } : tree;
    }
  }
}

function walk(wanted: unknown, found: unknown, path: string, lost: string[]): void {
  if (isEmpty(wanted) || wanted === found || /(^|\.)caBundle$/.test(path)) return;
  if (Array.isArray(wanted) && Array.isArray(found)) {
    for (const [index, item] of wanted.entries())
      walk(item, counterpart(item, index, found), `${path}[${index}]`, lost);
    return;
  }
  if (isTree(wanted) && isTree(found)) {
    for (const field of Object.keys(wanted).sort()) {
      walk(wanted[field], found[field], path === '' ? field : `${path}.${field}`, lost);
    }
    return;
  }
  lost.push(path);
}

/** Lists of named things are not of one order: a webhook may put its own first. */
function counterpart(item: unknown, index: number, found: readonly unknown[]): unknown {
  if (isTree(item) && typeof item.name === 'string') return found.find((one) => isTree(one) && one.name === item.name);
  const equal = found.find((one) => {
    const lost: string[] = [];
    walk(item, one, '', lost);
    return lost.length === 0;
  });
  return equal ?? found[index];
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isTree(value) && Object.values(value).every(isEmpty);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const kindsOfWorkloads: Readonly<Record<string, string>> = {
  'deployments.apps': 'Deployment',
  'statefulsets.apps': 'StatefulSet',
  'replicasets.apps': 'ReplicaSet',
  replicationcontrollers: 'ReplicationController',
};

/** By the HorizontalPodAutoscalers of the backup; those that KEDA makes are among them. Pure. */
export function autoscaledIn(saved: Iterable<SavedObject>): CreatedContext['autoscaled'] {
  const targets = new Set<string>();
  for (const { resource, namespace, object } of saved) {
    if (resource !== 'horizontalpodautoscalers.autoscaling') continue;
    const { scaleTargetRef: { kind = '', name = '' } = {} } = (object.spec ?? {}) as {
      scaleTargetRef?: { kind?: string; name?: string };
    };
    targets.add(`${kind} ${namespace}/${name}`);
  }
  return ({ resource, namespace, name }) => targets.has(`${kindsOfWorkloads[resource]} ${namespace}/${name}`);
}
