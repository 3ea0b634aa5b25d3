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

/** The two workers, and the systems whose calls each of them makes. */
const systemsOf = {
  orchestrator: ['ec2', 'autoscaling', 'quotas', 's3', 'objects'],
  'host-agent': ['objects'],
} as const;
type Role = keyof typeof systemsOf;
const roles = Object.keys(systemsOf) as Role[];

function statementsOf(role: Role): readonly Statement[] {
  return JSON.parse(readFileSync(new URL(`deploy/iam/${role}.json`, root), 'utf8')).Statement;
}

/** Actions of IAM that go by another name than the call, and calls that need none. */
const actionsOfCall: Readonly<Record<string, readonly string[]>> = {
  's3:GetObjectLockConfiguration': ['s3:GetBucketObjectLockConfiguration'],
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
  's3:AbortMultipartUpload',
];
const services: Readonly<Record<string, string>> = {
  ec2: 'ec2',
  s3: 's3',
  sts: 'sts',
  'auto-scaling': 'autoscaling',
  'service-quotas': 'servicequotas',
};

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** Every call that the adapters of those systems can make, read from the commands and paginators that they import. */
function actionsOf(systems: readonly string[]): ReadonlySet<string> {
  const calls = new Set<string>();
  for (const system of systems) {
    const source = readFileSync(new URL(`activities/${system}/client.ts`, root), 'utf8');
    for (const [, names = '', client = ''] of source.matchAll(
      /import \{([^}]+)\} from '@aws-sdk\/client-([a-z0-9-]+)'/g,
    )) {
      for (const name of names.split(',').map((one) => one.trim())) {
        const call = /^(?:paginate(?<page>\w+)|(?<command>\w+)Command)$/.exec(name)?.groups;
        if (call !== undefined) calls.add(`${services[client]}:${call.page ?? call.command}`);
      }
    }
  }
  return new Set([...calls].flatMap((call) => actionsOfCall[call] ?? [call]));
}

function allowedTo(role: Role): ReadonlySet<string> {
  return new Set(statementsOf(role).flatMap((statement) => list(statement.Action)));
}

describe('the IAM policies together', () => {
  it('allow every call that the adapters make', () => {
    const allowed = new Set(roles.flatMap((role) => [...allowedTo(role)]));
    const needed = actionsOf(Object.values(systemsOf).flat());
    expect(needed.size).toBeGreaterThan(6);
    expect([...needed].filter((action) => !allowed.has(action))).toEqual([]);
  });

  it('know the clients of all adapters', () => {
    const systems = readdirSync(new URL('activities/', root)).filter((system) => {
      const file = new URL(`activities/${system}/client.ts`, root);
      return existsSync(file) && readFileSync(file, 'utf8').includes("from '@aws-sdk/");
    });
    expect(systems.toSorted()).toEqual([...new Set(Object.values(systemsOf).flat())].sort());
  });
});

describe.each(roles)('the IAM policy of the %s', (role) => {
  it('allows nothing that its adapters never call', () => {
    const needed = actionsOf(systemsOf[role]);
    expect([...allowedTo(role)].filter((action) => !needed.has(action) && !behindTheCall.includes(action))).toEqual([]);
  });

  it.each(statementsOf(role).map((statement) => [statement.Sid, statement] as const))(
    '%s names its resources, or the calls know no narrower scope',
    (_sid, statement) => {
      if (!list(statement.Resource).includes('*')) return;
      expect(list(statement.Action).every((action) => action.includes(':Describe'))).toBe(true);
    },
  );

  it('can delete neither definitions nor reports', () => {
    const deleting = statementsOf(role).filter(({ Action }) =>
      list(Action).some((action) => action.startsWith('s3:Delete')),
    );
    const others = deleting
      .flatMap(({ Resource }) => list(Resource))
      .filter((arn) => !arn.includes('ETCD_BUCKET/') && !arn.endsWith('ARTEFACT_BUCKET/config/*'));
    expect(others).toEqual([]);
  });
});

it('lets the orchestrator make and delete no volume without the tag of a recovery', () => {
  const tagged = statementsOf('orchestrator')
    .filter(({ Action }) => ['ec2:CreateVolume', 'ec2:DeleteVolume'].includes(String(Action)))
    .filter(({ Resource }) => String(Resource).includes(':volume/'))
    .map(({ Condition }) => Object.keys(Condition?.StringLike ?? {}));
  expect(tagged).toEqual([
    ['aws:RequestTag/rekindle.io/recovery', 'aws:RequestTag/rekindle.io/workflow-id'],
    ['aws:ResourceTag/rekindle.io/recovery'],
  ]);
});

it('lets the agent on a host neither delete snapshots nor touch volumes', () => {
  expect([...allowedTo('host-agent')].filter((action) => /:Delete|^ec2:/.test(action))).toEqual([]);
});
