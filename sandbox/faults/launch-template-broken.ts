import { frontAdmin } from '../aws/parts.ts';
import { launchTemplateName } from '../aws/seed.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'launch-template-broken',
  summary: "lets a cluster's new instances launch but never join as nodes; instances that run already are not touched",
  parameters: [{ name: 'cluster', summary: 'the cluster whose launch template breaks', default: 'prod' }],

  async break(sandbox, { cluster = 'prod' }) {
    const admin = frontAdmin(sandbox.context);
    const { brokenLaunchTemplates } = (await admin.faults()).standing;
    const broken = new Set([...brokenLaunchTemplates, launchTemplateName(cluster)]);
    await admin.setStandingFaults({ brokenLaunchTemplates: [...broken] });
    return `new instances of ${cluster} will not join`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const admin = frontAdmin(sandbox.context);
    const { brokenLaunchTemplates } = (await admin.faults()).standing;
    const left = brokenLaunchTemplates.filter((name) => name !== launchTemplateName(cluster));
    await admin.setStandingFaults({ brokenLaunchTemplates: left });
    return `new instances of ${cluster} join again; those that were launched meanwhile stay broken`;
  },
};
