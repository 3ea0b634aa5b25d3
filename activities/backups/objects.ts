import type { KubernetesObject } from '../kubernetes/port.ts';

/** Velero's objects around backups, in the fields that are read here. */
export interface BackupTemplate {
  readonly includedNamespaces?: readonly string[];
  readonly excludedNamespaces?: readonly string[];
  readonly includedResources?: readonly string[];
  readonly includedNamespaceScopedResources?: readonly string[];
  readonly labelSelector?: {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly { readonly key: string; readonly operator: string }[];
  };
  readonly orLabelSelectors?: readonly unknown[];
}

export interface ScheduleObject extends KubernetesObject {
  readonly spec: { readonly schedule: string; readonly paused?: boolean; readonly template?: BackupTemplate };
  readonly status?: { readonly phase?: string };
}

export interface VolumeLocationObject extends KubernetesObject {
  readonly spec: { readonly provider: string };
}

export interface RepositoryObject extends KubernetesObject {
  readonly status?: { readonly phase?: string; readonly message?: string };
}

export interface NodeAgentObject extends KubernetesObject {
  readonly status?: { readonly desiredNumberScheduled?: number; readonly numberReady?: number };
}

export interface ServerDeployment extends KubernetesObject {
  readonly spec: {
    readonly template?: {
      readonly spec?: {
        readonly containers?: readonly { readonly args?: readonly string[]; readonly command?: readonly string[] }[];
      };
    };
  };
}

export interface SnapshotClassObject extends KubernetesObject {
  readonly driver: string;
}
