/** What the tests of namespace-restore share: a worker in a Temporal namespace of its own, and looks from outside. */
import { randomBytes } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import type { KubernetesPort } from '../../../activities/kubernetes/port.ts';
import type { PlannedObject } from '../../../activities/restores/types.ts';
import { sandboxCredentials } from '../../../sandbox/environment-file.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { type NamespaceRestoreInput, workflowId, workflowType } from '../../../workflows/namespace-restore/contract.ts';
import { reportQuery } from '../../../workflows/recovery/messages.ts';
import type { Report } from '../../../workflows/recovery/report.ts';
import type { RecoveryResult } from '../../../workflows/recovery/result.ts';
import {
  openRecoveryGround,
  type RecoveryGround,
  resultOf,
  type StartedRecovery,
} from '../../worlds/recovery-in-namespace.ts';
import { openPort } from '../../worlds/restore-world.ts';

export interface Ended {
  readonly result: RecoveryResult;
  readonly report: Report;
  readonly recoveryId: string;
}

const mark = randomBytes(2).toString('hex');

/** To be called once in a test file. */
export function restoreGround(sandbox: Sandbox, name: string) {
  let access: ClusterAccess;
  let ground: RecoveryGround;
  let port: KubernetesPort;
  beforeAll(async () => {
    access = await openCluster(sandbox.context);
    port = openPort(sandbox);
    ground = await openRecoveryGround(sandbox, `${name}-${mark}`);
  });
  afterAll(() => ground?.close());

  function start(input: Omit<NamespaceRestoreInput, 'cluster'>): Promise<StartedRecovery> {
    const whole = { cluster: 'prod', approval: 'automatic' as const, ...input };
    return ground.start(workflowType, workflowId(whole), whole);
  }

  async function ended(handle: StartedRecovery): Promise<Ended> {
    const result = await resultOf(handle, 230_000);
    return { result, report: await handle.query(reportQuery), recoveryId: handle.firstExecutionRunId };
  }

  return {
    get access() {
      return access;
    },
    get port() {
      return port;
    },
    get recoveries() {
      return ground;
    },
    named: (word: string) => `${word}-${mark}`,
    start,
    ended,
    restore: async (input: Omit<NamespaceRestoreInput, 'cluster'>) => ended(await start(input)),
    /** The list of objects that the plan of a run names. */
    async plannedOf({ report }: Ended): Promise<PlannedObject[]> {
      const uri = report.plan?.warnings
        .map((line) => /s3:\/\/([^/]+)\/(\S+)$/.exec(line))
        .find((found) => found !== null);
      const [, Bucket = '', Key = ''] = uri ?? [];
      const client = new S3Client({
        endpoint: `http://127.0.0.1:${sandbox.context.state.knownPort('aws-front')}`,
        region: 'us-east-1',
        credentials: sandboxCredentials,
        forcePathStyle: true,
      });
      const answer = await client.send(new GetObjectCommand({ Bucket, Key }));
      const text = (await answer.Body?.transformToString()) ?? '';
      return text.split('\n').flatMap((line) => (line === '' ? [] : (JSON.parse(line) as PlannedObject)));
    },
  };
}

/** `claim outcome` of every evidence, in order. */
export function claimsOf({ report }: Ended): string[] {
  return report.evidence.map(({ claim, outcome }) => `${claim} ${outcome}`);
}
