import type { ConfigBackupSettings, ConfigRestorePlan, SurveyedConfig } from '../../activities/configuration/types.ts';
import type { Code } from '../../errors/codes.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import type { ConfigBackupInput } from './contract.ts';
import type { ConfigWork } from './work.ts';

/** Everything that `decide` looks at. */
export interface ConfigFacts {
  readonly settings: ConfigBackupSettings;
  readonly survey: SurveyedConfig;
  /** Of the archive that is asked for; null where none is, or none can be opened. */
  readonly restore: { readonly archive: string; readonly plan: ConfigRestorePlan } | null;
}

/** What is saved, or what is brought back. Pure. */
export function decide(
  { input, settings }: Admitted<ConfigBackupInput>,
  facts: ConfigFacts,
  now: number,
): Verdict<ConfigWork> {
  const { cluster } = input;
  const place = { cluster, region: settings.region, bucket: settings.artefactBucket };
  if (facts.settings.recipients.length === 0) {
    return refuse(
      'config-recipients-missing',
      `clusters.${cluster}.configBackup.recipients: missing, nobody could open an archive`,
    );
  }
  return input.restore === undefined ? backup(place, facts, now) : restore(place, input.restore, facts, now);
}

type Place = Pick<ConfigWork, 'cluster' | 'region' | 'bucket'>;

function backup(place: Place, { settings, survey }: ConfigFacts, now: number): Verdict<ConfigWork> {
  const last = survey.archives[0];
  const objects = Object.values(survey.counts).reduce((sum, one) => sum + one, 0);
  return {
    kind: 'proceed',
    reason: last === undefined ? 'there is no archive yet' : `the last archive is of ${last.takenAt}`,
    work: { ...place, restore: null },
    draft: {
      summary: `${objects} objects of configuration of ${place.cluster}, encrypted for ${settings.recipients.length} recipients, to s3://${place.bucket}`,
      recoveryPoint: {
        seconds: last === undefined ? null : secondsSince(last.takenAt, now),
        basis: last === undefined ? 'there is no archive yet' : `the last archive is of ${last.takenAt}`,
      },
      preconditions: [],
      warnings: [
        ...(survey.skipped.length === 0
          ? []
          : [`Not served by the cluster, and skipped: ${survey.skipped.join(', ')}.`]),
        ...(settings.canOpen
          ? []
          : ['The worker has no identity: it stores the archive, and cannot prove that it opens.']),
      ],
    },
  };
}

function restore(
  place: Place,
  { archive: wanted, kinds }: NonNullable<ConfigBackupInput['restore']>,
  { settings, survey, restore: found }: ConfigFacts,
  now: number,
): Verdict<ConfigWork> {
  if (!settings.canOpen) {
    return refuse(
      'config-identity-missing',
      `clusters.${place.cluster}.configBackup.identityFile: missing, the worker cannot open an archive`,
    );
  }
  if (found === null)
    return refuse('no-config-archive', `no archive ${wanted} of ${place.cluster} in s3://${place.bucket}`);
  const { archive, plan } = found;
  const { create, change, same, refused } = plan.counts;
  if (create + change === 0) {
    const told = refused === 0 ? '' : `; ${refused} cannot be applied: ${plan.refused.slice(0, 3).join('; ')}`;
    return {
      kind: 'nothing-to-do',
      code: 'nothing-to-restore',
      message: `${same} objects are as in ${archive}${told}`,
    };
  }
  const record = survey.archives.find(({ key }) => key === archive);
  return {
    kind: 'proceed',
    reason: `${create + change} objects are not as in ${archive}`,
    work: {
      ...place,
      restore: { archive, kinds: kinds ?? null, changes: create + change, sha256: plan.sha256, refused: plan.refused },
    },
    draft: {
      summary: `${create} objects created, ${change} changed in ${place.cluster} from ${archive}`,
      recoveryPoint: {
        seconds: record === undefined ? null : secondsSince(record.takenAt, now),
        basis:
          record === undefined
            ? 'the record of the archive is not among the newest'
            : `the archive is of ${record.takenAt}`,
      },
      preconditions: [],
      warnings: [
        `To be written: ${plan.samples.join(', ')}${plan.samples.length < create + change ? ', ...' : ''}`,
        ...plan.refused.map((line) => `Cannot be written: ${line}`),
        'Fields that others added since then stay; objects that the archive does not have stay.',
        'Permissions change with it: what is there now is saved as an archive of its own first.',
      ],
    },
  };
}

function secondsSince(time: string, now: number): number {
  return Math.max(0, Math.round((now - Date.parse(time)) / 1000));
}

function refuse(code: Code, message: string): Verdict<ConfigWork> {
  return { kind: 'refuse', code, message };
}
