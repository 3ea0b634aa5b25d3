import type { PersistentVolumeClaim, PodSpec, PodTemplate, Workload } from './objects.ts';

export function podUsesClaim(pod: PodSpec, claim: string): boolean {
  return pod.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === claim) ?? false;
}

/** Claims that a pod of this spec names. */
export function claimsOf(pod: PodSpec): string[] {
  return (pod.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}

export function templateOf({ spec }: Workload): PodTemplate | null {
  return spec.template ?? spec.jobTemplate?.spec.template ?? null;
}

export interface TemplateUse {
  readonly template: PersistentVolumeClaim;
  readonly ordinal: number;
}

/**
 * The template and ordinal by which a StatefulSet owns a claim: `<template>-<set>-<ordinal>`. Null when it does not. An ordinal
 * beyond the replicas still belongs to it: the claim waits for a scale-up.
 */
export function templateUseOf({ metadata, spec }: Workload, claim: string): TemplateUse | null {
  for (const template of spec.volumeClaimTemplates ?? []) {
    const prefix = `${template.metadata.name}-${metadata.name}-`;
    const rest = claim.startsWith(prefix) ? claim.slice(prefix.length) : '';
    if (/^(0|[1-9]\d*)$/.test(rest)) return { template, ordinal: Number(rest) };
  }
  return null;
}

/** Whether pods of this workload would use the claim, whether or not there is any now. Pure. */
export function workloadUsesClaim(workload: Workload, claim: string): boolean {
  const template = templateOf(workload);
  if (template !== null && podUsesClaim(template.spec, claim)) return true;
  return workload.kind === 'StatefulSet' && templateUseOf(workload, claim) !== null;
}

/** The other claims of the very pod that would use this one. */
export function otherClaimsOf(workload: Workload, claim: string): string[] {
  const use = workload.kind === 'StatefulSet' ? templateUseOf(workload, claim) : null;
  const named = claimsOf(templateOf(workload)?.spec ?? {});
  const made =
    use === null
      ? []
      : (workload.spec.volumeClaimTemplates ?? []).map(
          ({ metadata }) => `${metadata.name}-${workload.metadata.name}-${use.ordinal}`,
        );
  return [...new Set([...named, ...made])].filter((other) => other !== claim);
}

/** The claim as the StatefulSet's template makes it. */
export function claimFromTemplate(workload: Workload, claim: string): PersistentVolumeClaim | null {
  const use = workload.kind === 'StatefulSet' ? templateUseOf(workload, claim) : null;
  if (use === null) return null;
  const { template } = use;
  const { namespace = '', uid: _uid } = workload.metadata;
  const selector = (workload.spec as { selector?: { matchLabels?: Record<string, string> } }).selector?.matchLabels;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claim,
      namespace,
      labels: { ...template.metadata.labels, ...selector },
      ...(template.metadata.annotations && { annotations: template.metadata.annotations }),
    },
    spec: template.spec,
  };
}
