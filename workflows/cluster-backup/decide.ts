import type { Code } from '../../errors/codes.ts';
import type { Admitted } from '../recovery/input.ts';
import type { PlanDraft, Precondition, Verdict } from '../recovery/plan.ts';
import { judgeHealth } from '../velero/judge-health.ts';
import type { ClusterBackupInput } from './contract.ts';
import { coverageLine, coverageOf, type NamespaceCoverage } from './coverage.ts';
import type { BackupFacts } from './facts.ts';
import { backupSpec, scheduleName, volumePolicy, volumePolicyName } from './objects.ts';
import { claimsInScope, routeOf } from './routes.ts';
import type { BackupWork, ClaimRoute } from './work.ts';

/** What is backed up and how, or why Velero is not trusted with it. Pure. */
export function decide(
  { input: { cluster }, settings: { region } }: Admitted<ClusterBackupInput>,
  facts: BackupFacts,
  now: number,
): Verdict<BackupWork> {
  const { policy, health, installation, standing } = facts;
  const verdict = judgeHealth(health, { cluster, location: null, access: 'write' });
  if (verdict.kind === 'ill') return refuse(verdict.code, verdict.message);
  if (installation === null || standing === null) return refuse('velero-down', `the Velero of ${cluster} was not read`);
  const unknown = (policy.namespaces ?? []).filter((name) => !standing.namespaces.includes(name));
  if (unknown.length > 0) {
    const message = `policy ${policy.name}: ${cluster} has no namespace ${unknown.join(', ')}`;
    return refuse('namespace-unknown', message);
  }
  const { location } = verdict;
  const claims = claimsInScope(policy, standing.claims).map((claim) =>
    routeOf(claim, installation, policy.fileSystemVolumes),
  );
  const spec = backupSpec(policy, location.name, installation);
  const { name, schedule } = policy;
  return {
    kind: 'proceed',
    reason: `Velero ${health.server?.version} answers, ${location.name} is ${location.phase} and was validated lately`,
    work: {
      cluster,
      region,
      veleroNamespace: policy.veleroNamespace,
      policy: name,
      backupPrefix: `rekindle-${name}`,
      spec,
      volumePolicy: { name: volumePolicyName(name), text: volumePolicy(policy, installation) },
      schedule: {
        name: scheduleName(name),
        spec: schedule === null ? null : { schedule, template: spec, useOwnerReferencesInBackup: false },
      },
      claims,
    },
    draft: draft(facts, claims, coverageOf({ ...facts, standing }, now), location.bucket),
  };
}

function draft(
  { policy, installation, standing }: BackupFacts,
  claims: readonly ClaimRoute[],
  coverage: readonly NamespaceCoverage[],
  bucket: string,
): PlanDraft {
  const scope = policy.namespaces === null ? 'all namespaces' : policy.namespaces.join(', ');
  const oldest = coverage.filter(({ claims: count, backup }) => count > 0 || backup !== null);
  const ages = oldest.map(({ ageSeconds }) => ageSeconds);
  const uncovered = oldest.filter(({ backup }) => backup === null).map(({ namespace }) => namespace);
  const known = ages.filter((seconds) => seconds !== null);
  const broken = installation?.brokenRepositories ?? [];
  return {
    summary: `backup of ${scope} of the cluster by policy ${policy.name} into s3://${bucket}, kept ${policy.ttlHours} h`,
    recoveryPoint: {
      seconds: uncovered.length > 0 || known.length === 0 ? null : Math.max(...known),
      basis:
        uncovered.length > 0
          ? `no completed backup holds ${uncovered.join(', ')}`
          : known.length === 0
            ? 'there is no backup yet'
            : 'the oldest of the newest backups of each namespace',
    },
    preconditions: [...coverage.map(coverageCondition), ...broken.map(repositoryCondition)],
    warnings: [
      ...claims
        .filter(({ route }) => route === 'none')
        .map(({ namespace, name, why }) => `Claim ${namespace}/${name} will not be protected: ${why}.`),
      ...(standing?.schedules ?? [])
        .filter(({ phase }) => phase === 'FailedValidation')
        .map(({ name }) => `Schedule ${name} makes no backups: Velero finds it invalid.`),
      'Velero cannot cancel a backup: one that has begun runs to its end.',
    ],
  };
}

/** The coverage report as it stands before the backup: with the plan, and no part of its hash, because ages grow. */
function coverageCondition(coverage: NamespaceCoverage): Precondition {
  const { namespace, backup, overdueSince, unprotected } = coverage;
  return {
    name: `coverage of namespace ${namespace}`,
    blocking: false,
    met: backup !== null && overdueSince === null && unprotected.length === 0,
    detail: coverageLine(coverage),
  };
}

function repositoryCondition({ name, phase, message }: { name: string; phase: string; message: string }): Precondition {
  return { name: `repository ${name}`, blocking: false, met: false, detail: `${phase}: ${message}` };
}

function refuse(code: Code, message: string): Verdict<BackupWork> {
  return { kind: 'refuse', code, message };
}
