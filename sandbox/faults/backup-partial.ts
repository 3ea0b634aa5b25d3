import { frontAdmin } from '../aws/parts.ts';
import { breakByRule, FaultKind } from './aws-rule.ts';
import type { Fault } from './fault.ts';

const action = 'CreateSnapshot';

export const fault: Fault = {
  name: 'backup-partial',
  summary: 'EC2 takes no more snapshots (SnapshotLimitExceeded): backups with volumes end PartiallyFailed',
  parameters: [],

  async break(sandbox) {
    await breakByRule(sandbox, {
      service: 'ec2',
      action,
      code: 'SnapshotLimitExceeded',
      status: 400,
      kind: FaultKind.error,
    });
    return 'EC2 takes no snapshots';
  },

  async heal({ context }) {
    const admin = frontAdmin(context);
    const { rules } = await admin.faults();
    for (const rule of rules) {
      if (rule.kind === FaultKind.error && rule.action === action) await admin.removeFault(rule.id);
    }
    return 'EC2 takes snapshots';
  },
};
