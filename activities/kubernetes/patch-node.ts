import { RekindleError } from '../../errors/rekindle-error.ts';
import { kinds } from './kinds.ts';
import type { Node } from './node-objects.ts';
import type { KubernetesPort, MergePatch } from './port.ts';

/**
 * Patches exactly the node that was looked at. A node that went meanwhile, as the cloud controller removes that of a terminated machine,
 * took its taints and cordons with it: there is nothing left to patch.
 */
export async function patchNode(port: KubernetesPort, { metadata }: Node, body: MergePatch): Promise<void> {
  const { name, uid = '', resourceVersion = '' } = metadata;
  try {
    await port.patch(kinds.node, { name }, body, { uid, resourceVersion });
  } catch (error) {
    if (error instanceof RekindleError && error.code === 'not-found') return;
    throw error;
  }
}
