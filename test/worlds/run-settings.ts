import type { RunSettings } from '../../workflows/recovery/input.ts';

/** Settings of a run in a cluster without targets and contacts, for tables of verdicts. */
export const runSettings: RunSettings = {
  approvalTimeoutSeconds: 60,
  region: 'us-east-1',
  artefactBucket: 'artefacts',
  targets: { recoveryTimeSeconds: null, recoveryPointSeconds: null },
  contacts: [],
};
