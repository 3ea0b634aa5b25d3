/** The AWS of the sandbox by itself, on free ports in a directory of its own: for tests that need nothing else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { homeRegion } from '../../sandbox/aws/account.ts';
import type { FrontAdmin } from '../../sandbox/aws/admin-client.ts';
import { awsFrontPart, frontAdmin, motoPart } from '../../sandbox/aws/parts.ts';
import { openContext, type SandboxContext } from '../../sandbox/context.ts';

export interface AwsAlone {
  readonly context: SandboxContext;
  readonly admin: FrontAdmin;
  readonly endpoint: string;
  readonly ec2: EC2Client;
  readonly autoScaling: AutoScalingClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
  /** Clients that try a call only once. */
  readonly once: { readonly ec2: EC2Client; readonly autoScaling: AutoScalingClient; readonly s3: S3Client };
  restartFront(): Promise<void>;
  stop(): Promise<void>;
}

export async function startAwsAlone(): Promise<AwsAlone> {
  const context = openContext(mkdtempSync(join(tmpdir(), 'rekindle-aws-')));
  await motoPart.start(context);
  await awsFrontPart.start(context);
  const endpoint = `http://127.0.0.1:${context.state.knownPort('aws-front')}`;
  const options = {
    endpoint,
    region: homeRegion,
    credentials: { accessKeyId: 'AKIAIOSFODNN7SANDBOX', secretAccessKey: 'sandbox' },
  };
  const single = { ...options, maxAttempts: 1 };
  const ec2 = new EC2Client(options);
  const autoScaling = new AutoScalingClient(options);
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const sts = new STSClient(options);
  const once = {
    ec2: new EC2Client(single),
    autoScaling: new AutoScalingClient(single),
    s3: new S3Client({ ...single, forcePathStyle: true }),
  };
  return {
    context,
    admin: frontAdmin(context),
    endpoint,
    ec2,
    autoScaling,
    s3,
    sts,
    once,
    async restartFront() {
      await awsFrontPart.stop(context);
      await awsFrontPart.start(context);
    },
    async stop() {
      for (const client of [ec2, autoScaling, s3, sts, once.ec2, once.autoScaling, once.s3]) client.destroy();
      await awsFrontPart.stop(context);
      await motoPart.stop(context);
      rmSync(context.dir, { recursive: true, force: true });
    },
  };
}
