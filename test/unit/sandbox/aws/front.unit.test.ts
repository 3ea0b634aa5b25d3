import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AutoScalingGroup, Member } from '../../../../sandbox/aws/autoscaling/group.ts';
import { GroupTable } from '../../../../sandbox/aws/autoscaling/group-table.ts';
import { readCaller } from '../../../../sandbox/aws/front/caller.ts';
import { FaultKind, type FaultRule, strikingRules } from '../../../../sandbox/aws/front/faults.ts';
import { Journal, shownParameters } from '../../../../sandbox/aws/front/journal.ts';
import { s3Operation } from '../../../../sandbox/aws/front/s3-operation.ts';
import { DurableStore } from '../../../../sandbox/aws/front/store.ts';
import { QueryParameters } from '../../../../sandbox/aws/wire/query.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'front-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the store', () => {
  it('has everything again that was put and not deleted', () => {
    const first = new DurableStore(join(dir, 'log')).table<{ n: number }>('things');
    first.put('a', { n: 1 });
    first.put('b', { n: 2 });
    first.put('a', { n: 3 });
    first.delete('b');
    const again = new DurableStore(join(dir, 'log')).table<{ n: number }>('things');
    expect([...again.entries()]).toEqual([['a', { n: 3 }]]);
  });

  it('drops a last line that a crash cut short', () => {
    writeFileSync(join(dir, 'log'), '["things","a",1]\n["things","b",');
    expect([...new DurableStore(join(dir, 'log')).table('things').entries()]).toEqual([['a', 1]]);
  });

  it('keeps tables apart, also those that nobody asked for', () => {
    const store = new DurableStore(join(dir, 'log'));
    store.table('one').put('x', 1);
    store.table('two').put('x', 2);
    new DurableStore(join(dir, 'log')).table('one');
    expect(new DurableStore(join(dir, 'log')).table('two').get('x')).toBe(2);
  });
});

describe('the table of groups', () => {
  const member = (instanceId: string): Member => ({ instanceId }) as Member;
  const group = (...members: Member[]): AutoScalingGroup =>
    ({ name: 'g', desired: 1, members }) as unknown as AutoScalingGroup;

  it('writes only the members that a change touched, and has them all again in order', () => {
    const file = join(dir, 'log');
    const table = new GroupTable(new DurableStore(file));
    const [one, two, three] = [member('1'), member('2'), member('3')];
    table.put('g', group(one, two, three));
    const before = readFileSync(file, 'utf8').length;
    table.put('g', group(one, { ...two, zone: 'b' }));
    const added = readFileSync(file, 'utf8').slice(before);
    expect(added.match(/"g\/\d"/g)).toEqual(['"g/2"', '"g/3"']);
    expect(new GroupTable(new DurableStore(file)).get('g')).toEqual(group(one, { ...two, zone: 'b' }));
  });
});

describe('the journal', () => {
  const entry = {
    time: '',
    service: 'ec2',
    action: 'X',
    parameters: {},
    userAgent: 'me/1',
    accessKeyId: '',
    carriedOut: true,
    answered: true,
    status: 200,
    faults: [],
    ms: 1,
  };

  it('is read again by the next front and counts on', () => {
    const first = new Journal(join(dir, 'journal'));
    first.add(entry);
    first.add({ ...entry, action: 'Y', carriedOut: false });
    const again = new Journal(join(dir, 'journal'));
    again.add(entry);
    expect(again.find({}).map((call) => [call.number, call.action])).toEqual([
      [1, 'X'],
      [2, 'Y'],
      [3, 'X'],
    ]);
    expect(again.find({ carriedOut: true, after: 1, userAgent: 'me' }).map((call) => call.number)).toEqual([3]);
  });

  it('leaves user data out and shortens long values', () => {
    const shown = shownParameters(
      new QueryParameters([
        ['Action', 'X'],
        ['UserData', 'secret'],
        ['Long', 'x'.repeat(999)],
      ]),
    );
    expect(shown).toEqual({ UserData: '(left out)', Long: 'x'.repeat(300) });
  });
});

describe('fault rules', () => {
  const rule = (id: string, rest: Partial<FaultRule>): FaultRule => ({ id, kind: FaultKind.throttle, ...rest });
  const call = { service: 'ec2', action: 'DescribeVolumes', userAgent: 'worker/1' };
  const struck = (rules: FaultRule[], random = () => 0) => strikingRules(rules, call, random).map((entry) => entry.id);

  it.each<[string, Partial<FaultRule>, boolean]>([
    ['without conditions', {}, true],
    ['for the action', { action: 'DescribeVolumes' }, true],
    ['for a beginning of the action', { action: 'Describe*' }, true],
    ['for another action', { action: 'CreateVolume' }, false],
    ['for another service', { service: 's3' }, false],
    ['for another caller', { userAgent: 'agent' }, false],
    ['that is used up', { remaining: 0 }, false],
    ['that has one left', { remaining: 1 }, true],
  ])('strike, or not: a rule %s', (_what, conditions, expected) => {
    expect(struck([rule('r', conditions)])).toEqual(expected ? ['r'] : []);
  });

  it('fail a call in one way only, the oldest rule first, and add every latency', () => {
    const rules = [
      rule('slow', { kind: FaultKind.latency }),
      rule('lost', { kind: FaultKind.replyLost }),
      rule('throttled', {}),
      rule('slower', { kind: FaultKind.latency }),
    ];
    expect(struck(rules)).toEqual(['slow', 'lost', 'slower']);
  });

  it('strike by their probability', () => {
    expect(struck([rule('half', { probability: 0.5 })], () => 0.49)).toEqual(['half']);
    expect(struck([rule('half', { probability: 0.5 })], () => 0.5)).toEqual([]);
  });
});

describe('the caller', () => {
  it('is read from the signature, in the header or in the address', () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0';
    const header = readCaller({ authorization, 'user-agent': 'u' }, new URLSearchParams());
    expect(header).toEqual({ accessKeyId: 'AKIA', region: 'us-east-1', service: 'ec2', userAgent: 'u' });
    const presigned = new URLSearchParams({ 'X-Amz-Credential': 'AKIA/20260101/us-east-1/s3/aws4_request' });
    expect(readCaller({}, presigned).service).toBe('s3');
    expect(readCaller({}, new URLSearchParams()).service).toBe('');
  });
});

describe('the S3 operation', () => {
  it.each([
    ['GET', '/', 'ListBuckets'],
    ['PUT', '/bucket', 'CreateBucket'],
    ['GET', '/bucket?list-type=2', 'ListObjectsV2'],
    ['GET', '/bucket?versions', 'ListObjectVersions'],
    ['POST', '/bucket?delete', 'DeleteObjects'],
    ['PUT', '/bucket?versioning', 'PutBucketVersioning'],
    ['PUT', '/bucket/a/b', 'PutObject'],
    ['HEAD', '/bucket/a', 'HeadObject'],
    ['PUT', '/bucket/a?retention', 'PutObjectRetention'],
    ['POST', '/bucket/a?uploads', 'CreateMultipartUpload'],
    ['PUT', '/bucket/a?partNumber=1&uploadId=u', 'UploadPart'],
    ['POST', '/bucket/a?uploadId=u', 'CompleteMultipartUpload'],
  ])('of %s %s is %s', (method, address, expected) => {
    const url = new URL(address, 'http://127.0.0.1');
    const headers = { host: '127.0.0.1:1' };
    expect(s3Operation({ method, path: url.pathname, query: url.searchParams, headers })).toBe(expected);
  });

  it('knows buckets that are named by the host', () => {
    const request = {
      method: 'PUT',
      path: '/key',
      query: new URLSearchParams(),
      headers: { host: 'bucket.localhost:1' },
    };
    expect(s3Operation(request)).toBe('PutObject');
  });
});
