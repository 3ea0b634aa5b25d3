/** Labels and taints that a kubelet registers its Node with, told by tags of the group: before any pod can come there. Pure. */
import type { V1Taint } from '@kubernetes/client-node';

const template = 'k8s.io/cluster-autoscaler/node-template';
const labelPrefix = `${template}/label/`;
const taintPrefix = `${template}/taint/`;

export interface Registration {
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly V1Taint[];
}

/** The value of a taint's tag is `value:effect`. */
export function registrationOf(tags: ReadonlyMap<string, string>): Registration {
  const labels: Record<string, string> = {};
  const taints: V1Taint[] = [];
  for (const [tag, told] of tags) {
    if (tag.startsWith(labelPrefix)) labels[tag.slice(labelPrefix.length)] = told;
    if (!tag.startsWith(taintPrefix)) continue;
    const [value = '', effect = 'NoSchedule'] = told.split(':');
    taints.push({ key: tag.slice(taintPrefix.length), value, effect });
  }
  return { labels, taints };
}

/** Tags of a group whose nodes are for the pods that name `value` alone. */
export function dedicatedTo(key: string, value: string): readonly { readonly Key: string; readonly Value: string }[] {
  return [
    { Key: `${labelPrefix}${key}`, Value: value },
    { Key: `${taintPrefix}${key}`, Value: `${value}:NoSchedule` },
  ];
}
