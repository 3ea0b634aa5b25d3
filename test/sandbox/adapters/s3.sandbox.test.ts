import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createS3Activities } from '../../../activities/s3/activities.ts';
import { awsS3Regions } from '../../../activities/s3/client.ts';
import { homeRegion } from '../../../sandbox/aws/account.ts';
import { frontAdmin } from '../../../sandbox/aws/parts.ts';
import { s3Conformance } from '../../adapters/s3-conformance.ts';
import { realPace } from '../../adapters/test-pace.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const bucket = 'rekindle-artefacts';
/** In the user agent of this file's calls, so that its faults strike no other test. */
const caller = `s3-adapter-${process.pid}`;
const sandbox = sharedSandbox();
const admin = frontAdmin(sandbox.context);
let regions: ReturnType<typeof awsS3Regions>;

beforeAll(() => {
  for (const [name, value] of Object.entries(sandbox.env)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_SDK_UA_APP_ID', caller);
  regions = awsS3Regions({ forcePathStyle: true });
});

afterAll(() => {
  regions.close();
  vi.unstubAllEnvs();
});

describe('S3 through the SDK', () => {
  s3Conformance(async () => ({ region: regions.region(homeRegion), bucket }), `run${Date.now()}`);
});

describe('definitions', () => {
  let faultId = '';
  afterEach(() => admin.removeFault(faultId));

  it('are stored once when the reply of the write was lost, and found again', async () => {
    const activities = createS3Activities({ regions, pace: realPace });
    const claim = `lost-reply-${Date.now()}`;
    const input = {
      region: homeRegion,
      bucket,
      cluster: 'prod',
      claim: { namespace: 'adapters', name: claim },
      recoveryId: 'r1',
      workflowId: `volume-rebind/prod/adapters/${claim}`,
      objects: [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claim } }],
    };
    const fault = await admin.loseReply({ service: 's3', action: 'PutObject', remaining: 1, userAgent: caller });
    faultId = fault.id;
    const saved = await activities.saveDefinitions(input);
    expect(await activities.saveDefinitions(input)).toEqual(saved);
    expect((await activities.readDefinitions(input)).found).toEqual({ ...saved, definitions: input.objects });
    expect(await regions.region(homeRegion).list(bucket, `definitions/prod/adapters/${claim}/`)).toHaveLength(1);
  });
});
