import { breakByRule, FaultKind, healRules, readTarget, targetInWords, targetParameters } from './aws-rule.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'aws-reply-lost',
  summary: 'carries AWS calls out, then breaks the connection before the answer',
  parameters: targetParameters({ action: 'CreateVolume', count: '1' }),

  async break(sandbox, parameters) {
    const target = readTarget(parameters);
    await breakByRule(sandbox, { ...target, kind: FaultKind.replyLost });
    return `the answers are lost to ${targetInWords(target)}`;
  },

  async heal(sandbox) {
    await healRules(sandbox, FaultKind.replyLost);
    return 'every AWS call is answered';
  },
};
