import type { RecoveryInput } from '../recovery/input.ts';

/** What is done with an object that is there already and differs from the saved one. */
export type ExistingPolicy = 'keep' | 'update' | 'recreate';

/** One rule of a Velero resource modifier, as its ConfigMap takes it. Namespaces are those of the backup. */
export interface ResourceModifierRule {
  readonly conditions: {
    /** `deployments.apps`; a core kind without a dot: `services`. */
    readonly groupResource: string;
    readonly namespaces?: readonly string[];
    readonly resourceNameRegex?: string;
    readonly labelSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  };
  /** JSON patches; values are JSON text where they are no strings. */
  readonly patches?: readonly { readonly operation: string; readonly path: string; readonly value?: string }[];
  /** JSON merge patches, each YAML or JSON text. */
  readonly mergePatches?: readonly { readonly patchData: string }[];
}

/** What of a backup is restored, and how; shared with the restore into another cluster. */
export interface RestoreSelection {
  /** Namespaces as the backup has them. Default: all of the backup. */
  readonly namespaces?: readonly string[];
  /** Kinds as Velero names them: `deployments`, `statefulsets.apps`. Default: all but what controllers rebuild. */
  readonly resources?: readonly string[];
  /** A label selector as kubectl takes it: `app.kubernetes.io/tier=frontend`. */
  readonly selector?: string;
  /** From the namespace in the backup to that in the cluster. */
  readonly namespaceMapping?: Readonly<Record<string, string>>;
  /** Default `keep`. */
  readonly existing?: ExistingPolicy;
  /** Changes on the way, by Velero's resource modifiers. */
  readonly modifiers?: readonly ResourceModifierRule[];
}

/** Objects of a Velero backup that are to come back. */
export interface NamespaceRestoreInput extends RecoveryInput, RestoreSelection {
  /** `latest` (the newest completed backup that holds the namespaces), or a name. */
  readonly backup: string;
}

export const workflowType = 'namespaceRestore';

/**
 * One restore of the same namespaces at a time: the id is the cluster and, where they are named, the namespaces as they are called
 * in the cluster. Restores that overlap otherwise exclude each other by their scopes.
 */
export function workflowId({
  cluster,
  namespaces,
  namespaceMapping = {},
}: Pick<NamespaceRestoreInput, 'cluster' | 'namespaces' | 'namespaceMapping'>): string {
  if (namespaces === undefined) return `namespace-restore/${cluster}`;
  const targets = [...new Set(namespaces.map((name) => namespaceMapping[name] ?? name))].sort();
  return `namespace-restore/${cluster}/${targets.join(',')}`;
}
