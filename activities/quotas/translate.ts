import type { Instance } from '@aws-sdk/client-ec2';
import type { CountedMachine } from './port.ts';

/**
 * A, C, D, H, I (with Im and Is), M, R, T and Z, each followed by its generation. Accelerated (`dl1`, `inf2`), HPC (`hpc7a`), Mac and
 * high-memory types (`u-6tb1`) have quotas of their own.
 */
const standardFamily = /^(?:[acdhimrtz]|im|is)\d/;

export function countedMachine({ InstanceType, InstanceLifecycle, State, CpuOptions, Tags }: Instance): CountedMachine {
  const counts = InstanceLifecycle === undefined && standardFamily.test(InstanceType ?? '');
  const { CoreCount = 0, ThreadsPerCore = 1 } = CpuOptions ?? {};
  return {
    group: Tags?.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value ?? null,
    vcpus: counts ? CoreCount * ThreadsPerCore : 0,
    runs: State?.Name === 'running' || State?.Name === 'pending',
  };
}
