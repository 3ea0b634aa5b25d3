import { breakByRule, FaultKind, healRules, readTarget, targetInWords, targetParameters } from './aws-rule.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'aws-throttled',
  summary: "answers AWS calls with the service's throttling error, as when an account is over its request rate",
  parameters: targetParameters({ action: '*', count: '20' }),

  async break(sandbox, parameters) {
    const target = readTarget(parameters);
    await breakByRule(sandbox, { ...target, kind: FaultKind.throttle });
    return `throttling ${targetInWords(target)}`;
  },

  async heal(sandbox) {
    await healRules(sandbox, FaultKind.throttle);
    return 'no AWS call is throttled';
  },
};
