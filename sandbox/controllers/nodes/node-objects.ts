/** The Kubernetes objects that stand for an instance. Pure. */
import type { V1CSINode, V1Node } from '@kubernetes/client-node';
import { sizeOf } from '../../aws/ec2/instance-sizes.ts';
import { kubeletLabel } from '../../cluster/kwok-stages.ts';
import { cephDriver, ebsDriver } from '../drivers/driver-names.ts';
import type { Instance } from './instance.ts';

export const zoneLabel = 'topology.kubernetes.io/zone';
const regionLabel = 'topology.kubernetes.io/region';

/** The resource name of AWS's own DNS, which is not the instance id: code that mixes the two up fails here. */
export function nodeName(instance: Instance): string {
  if (instance.privateDnsName.startsWith('ip-')) return instance.privateDnsName;
  return `ip-${instance.privateIp.replaceAll('.', '-')}.ec2.internal`;
}

export function providerId(instance: Instance): string {
  return `aws:///${instance.zone}/${instance.id}`;
}

/** The instance id of a Node, or undefined for one that is not of AWS. */
export function instanceIdOf(node: V1Node): string | undefined {
  return node.spec?.providerID?.match(/^aws:\/\/\/[^/]+\/(i-[0-9a-f]+)$/)?.[1];
}

export function nodeObject(instance: Instance, region: string): V1Node {
  const { vcpus, memoryGiB } = sizeOf(instance.type);
  const name = nodeName(instance);
  const capacity = { cpu: `${vcpus}`, memory: `${memoryGiB}Gi`, pods: '110', 'ephemeral-storage': '20Gi' };
  return {
    metadata: {
      name,
      labels: {
        [zoneLabel]: instance.zone,
        [regionLabel]: region,
        'node.kubernetes.io/instance-type': instance.type,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.ebs.csi.aws.com/zone': instance.zone,
        [kubeletLabel.name]: kubeletLabel.value,
        ...instance.registersWith.labels,
      },
      annotations: {
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    },
    spec: { providerID: providerId(instance), taints: [...instance.registersWith.taints] },
    status: {
      capacity,
      allocatable: { ...capacity, memory: `${memoryGiB * 1024 - 512}Mi` },
      addresses: [
        { type: 'InternalIP', address: instance.privateIp },
        // Where the API server finds the kubelet: on this machine.
        { type: 'ExternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: name },
        { type: 'InternalDNS', address: name },
      ],
    },
  };
}

/** What the CSI drivers' registrars and the kubelet publish: drivers, attach limits, and that in-tree EBS is migrated. */
export function csiNodeObject(node: V1Node, instanceId: string): V1CSINode {
  const name = node.metadata?.name ?? '';
  return {
    metadata: {
      name,
      annotations: { 'storage.alpha.kubernetes.io/migrated-plugins': 'kubernetes.io/aws-ebs' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata?.uid ?? '' }],
    },
    spec: {
      drivers: [
        {
          name: ebsDriver,
          nodeID: instanceId,
          topologyKeys: [zoneLabel, 'topology.ebs.csi.aws.com/zone'],
          allocatable: { count: 25 },
        },
        { name: cephDriver, nodeID: name, topologyKeys: [] },
      ],
    },
  };
}
