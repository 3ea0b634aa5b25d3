import type { Carry } from '../recovery/carry.ts';
import type { Admitted } from '../recovery/input.ts';
import type { RecoveryResult } from '../recovery/result.ts';
import { runRecovery } from '../recovery/run-recovery.ts';
import type { Scenario, ScenarioContext } from '../recovery/scenario.ts';
import type { ConfigBackupInput } from './contract.ts';
import { type ConfigFacts, decide } from './decide.ts';
import { planConfigRestore, readConfigSettings, surveyConfig } from './ports.ts';
import { steps } from './steps.ts';
import { checks } from './verify.ts';
import type { ConfigMemory, ConfigWork } from './work.ts';

/** RBAC, network policies, and what kube-system is configured by: saved so that anybody with the identity can apply it again. */
const scenario: Scenario<ConfigBackupInput, ConfigFacts, ConfigWork, ConfigMemory> = {
  slug: 'config-backup',
  target: ({ cluster }) => `configuration of ${cluster}`,
  assess,
  decide,
  // A backup changes nothing in the cluster; two restores of its configuration would write over each other.
  scopes: ({ restore }) => (restore === null ? [] : ['configuration']),
  memory: () => ({ saved: null }),
  steps,
  verify: checks,
};

export async function configBackup(input: ConfigBackupInput, carry?: Carry): Promise<RecoveryResult> {
  return runRecovery(scenario, input, carry);
}

async function assess(
  { input: { cluster, restore }, settings }: Admitted<ConfigBackupInput>,
  { recoveryId, workflowId }: ScenarioContext,
): Promise<ConfigFacts> {
  const place = { cluster, region: settings.region, bucket: settings.artefactBucket, recoveryId, workflowId };
  const own = await readConfigSettings({ cluster });
  const survey = await surveyConfig(place);
  const newest = survey.archives.find(({ key }) => key.endsWith('-backup.yaml.age'))?.key ?? null;
  const archive = restore?.archive === 'latest' ? newest : (restore?.archive ?? null);
  if (restore === undefined || archive === null || !own.canOpen) return { settings: own, survey, restore: null };
  const plan = await planConfigRestore({ ...place, archive, kinds: restore.kinds ?? null });
  return { settings: own, survey, restore: { archive, plan } };
}
