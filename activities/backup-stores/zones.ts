import { isZoneLabel } from '../kubernetes/scheduling.ts';
import type { SavedObject } from '../restores/saved-objects.ts';
import { type Patch, type PatchedObject, specOf } from './merge-rules.ts';

/** From the zone in the backup to that of the target. */
export type ZoneMapping = Readonly<Record<string, string>>;

interface Requirement {
  readonly key: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}
interface Term {
  readonly matchExpressions?: readonly Requirement[];
}
interface Placement {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms?: readonly Term[] };
      readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly preference?: Term }[];
    };
  };
}

/** Where a kind keeps the specification of its pods, below `spec`. */
const podSpecs: Readonly<Record<string, readonly string[]>> = {
  pods: [],
  'deployments.apps': ['template', 'spec'],
  'statefulsets.apps': ['template', 'spec'],
  'daemonsets.apps': ['template', 'spec'],
  replicationcontrollers: ['template', 'spec'],
  'replicasets.apps': ['template', 'spec'],
  'jobs.batch': ['template', 'spec'],
  'cronjobs.batch': ['jobTemplate', 'spec', 'template', 'spec'],
};

/** What makes each workload run in the zones of the mapping: node selectors and node affinities that name a zone. Pure. */
export function zoneChanges(saved: readonly SavedObject[], mapping: ZoneMapping): readonly PatchedObject[] {
  return saved.flatMap((object) => {
    const path = podSpecs[object.resource];
    const placement = path === undefined ? undefined : placementOf(object, path);
    const patch = placement === undefined ? null : placementPatch(placement, mapping);
    return path === undefined || patch === null ? [] : [{ saved: object, patch: nested(['spec', ...path], patch) }];
  });
}

/** Zones that the workload asks for; none where it runs anywhere. Pure. */
export function zonesAskedFor(object: SavedObject): readonly string[] {
  const path = podSpecs[object.resource];
  const placement = path === undefined ? undefined : placementOf(object, path);
  if (placement === undefined) return [];
  const selected = Object.entries(placement.nodeSelector ?? {}).flatMap(([key, zone]) =>
    isZoneLabel(key) ? zone : [],
  );
  const required = placement.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const named = (required?.nodeSelectorTerms ?? []).flatMap(({ matchExpressions = [] }) =>
    matchExpressions.flatMap(({ key, operator = 'In', values = [] }) =>
      isZoneLabel(key) && operator === 'In' ? values : [],
    ),
  );
  return [...new Set([...selected, ...named])];
}

function placementOf(object: SavedObject, path: readonly string[]): Placement | undefined {
  let found: unknown = specOf(object);
  for (const field of path) found = (found as Patch | undefined)?.[field];
  return found as Placement | undefined;
}

/** Null where no zone of the mapping is named. Lists are written whole, as a merge patch replaces them. */
function placementPatch({ nodeSelector = {}, affinity }: Placement, mapping: ZoneMapping): Patch | null {
  const selector = Object.fromEntries(
    Object.entries(nodeSelector).flatMap(([key, zone]) => {
      const to = isZoneLabel(key) ? mapping[zone] : undefined;
      return to === undefined ? [] : [[key, to]];
    }),
  );
  const { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution } =
    affinity?.nodeAffinity ?? {};
  const preferred = preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const terms = required?.nodeSelectorTerms?.map((term) => movedTerm(term, mapping));
  const wishes = preferred.map((wish) =>
    wish.preference === undefined ? wish : { ...wish, preference: movedTerm(wish.preference, mapping) },
  );
  const nodeAffinity = {
    ...(differs(terms, required?.nodeSelectorTerms) && {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
    }),
    ...(differs(wishes, preferred) && { preferredDuringSchedulingIgnoredDuringExecution: wishes }),
  };
  const patch = {
    ...(Object.keys(selector).length > 0 && { nodeSelector: selector }),
    ...(Object.keys(nodeAffinity).length > 0 && { affinity: { nodeAffinity } }),
  };
  return Object.keys(patch).length === 0 ? null : patch;
}

/** Two zones that become one are named once. */
function movedTerm(term: Term, mapping: ZoneMapping): Term {
  if (term.matchExpressions === undefined) return term;
  return {
    ...term,
    matchExpressions: term.matchExpressions.map((requirement) =>
      isZoneLabel(requirement.key) && requirement.values !== undefined
        ? { ...requirement, values: [...new Set(requirement.values.map((zone) => mapping[zone] ?? zone))] }
        : requirement,
    ),
  };
}

function differs(after: unknown, before: unknown): boolean {
  return JSON.stringify(after) !== JSON.stringify(before);
}

function nested(path: readonly string[], patch: Patch): Patch {
  return path.reduceRight<Patch>((inner, field) => ({ [field]: inner }), patch);
}
