import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const root = new URL('../../../', import.meta.url);
const policy: { readonly Statement: readonly Statement[] } = JSON.parse(
  readFileSync(new URL('deploy/iam/orchestrator.json', root), 'utf8'),
);

/** Actions of IAM that go by another name than the call, and calls that need none. */
const actionsOfCall: Readonly<Record<string, readonly string[]>> = {
  's3:ListObjectsV2': ['s3:ListBucket'],
  'sts:GetCallerIdentity': [],
};
/** Permissions that AWS checks behind a call of ours. */
const behindTheCall: readonly string[] = [
  'ec2:CreateTags',
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const services: Readonly<Record<string, string>> = { ec2: 'ec2', s3: 's3', sts: 'sts', 'auto-scaling': 'autoscaling' };

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** Every call that an adapter can make, read from what it imports: `EC2Client` commands and paginators. */
function callsOfAdapters(): ReadonlySet<string> {
  const calls = new Set<string>();
  for (const file of ['ec2', 's3'].map((system) => `activities/${system}/client.ts`)) {
    const source = readFileSync(new URL(file, root), 'utf8');
    for (const [, names = '', client = ''] of source.matchAll(
      /import \{([^}]+)\} from '@aws-sdk\/client-([a-z0-9-]+)'/g,
    )) {
      for (const name of names.split(',').map((one) => one.trim())) {
        const call = /^(?:paginate(?<page>\w+)|(?<command>\w+)Command)$/.exec(name)?.groups;
        if (call !== undefined) calls.add(`${services[client]}:${call.page ?? call.command}`);
      }
    }
  }
  return calls;
}

const allowed = new Set(policy.Statement.flatMap((statement) => list(statement.Action)));
const needed = new Set([...callsOfAdapters()].flatMap((call) => actionsOfCall[call] ?? [call]));

describe('the IAM policy of the orchestrator', () => {
  it('allows every call that the adapters make', () => {
    expect(needed.size).toBeGreaterThan(6);
    expect([...needed].filter((action) => !allowed.has(action))).toEqual([]);
  });

  it('allows nothing that no adapter calls', () => {
    expect([...allowed].filter((action) => !needed.has(action) && !behindTheCall.includes(action))).toEqual([]);
  });

  it('knows the clients of all adapters', () => {
    const clients = readdirSync(new URL('activities/', root))
      .map((system) => `activities/${system}/client.ts`)
      .filter((file) => existsSync(new URL(file, root)))
      .filter((file) => readFileSync(new URL(file, root), 'utf8').includes("from '@aws-sdk/"));
    expect(clients.toSorted()).toEqual(['activities/ec2/client.ts', 'activities/s3/client.ts']);
  });

  it.each(policy.Statement.map((statement) => [statement.Sid, statement] as const))(
    '%s names its resources, or the calls know no narrower scope',
    (_sid, statement) => {
      if (!list(statement.Resource).includes('*')) return;
      expect(list(statement.Action).every((action) => action.includes(':Describe'))).toBe(true);
    },
  );

  it('changes and deletes no volume without the tag of a recovery', () => {
    const tagged = policy.Statement.filter(({ Action }) =>
      ['ec2:CreateVolume', 'ec2:DeleteVolume'].includes(String(Action)),
    )
      .filter(({ Resource }) => String(Resource).includes(':volume/'))
      .map(({ Condition }) => Object.keys(Condition?.StringLike ?? {}));
    expect(tagged).toEqual([
      ['aws:RequestTag/rekindle.io/recovery', 'aws:RequestTag/rekindle.io/workflow-id'],
      ['aws:ResourceTag/rekindle.io/recovery'],
    ]);
  });

  it('can neither delete nor lock artefacts', () => {
    expect([...allowed].filter((action) => /^s3:(Delete|Put(?!Object$))/.test(action))).toEqual([]);
  });
});
