import type { SandboxContext } from '../context.ts';

/** Where the data of volumes is: EBS volumes as the AWS front keeps them, Ceph's images and snapshots beside them. */
export function volumeRoots(context: SandboxContext): { readonly ebs: string; readonly ceph: string } {
  return { ebs: context.path('volumes'), ceph: context.path('ceph') };
}
