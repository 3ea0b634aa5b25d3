import {
  breakByRule,
  FaultKind,
  healRules,
  numberOf,
  readTarget,
  targetInWords,
  targetParameters,
} from './aws-rule.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'aws-error',
  summary: 'answers AWS calls with an error, by default a server error, without carrying them out',
  parameters: [
    ...targetParameters({ action: '*', count: '5' }),
    { name: 'code', summary: "the error code; default the service's internal error", default: '' },
    { name: 'status', summary: 'the HTTP status', default: '500' },
  ],

  async break(sandbox, parameters) {
    const target = readTarget(parameters);
    const code = parameters.code ? { code: parameters.code } : {};
    await breakByRule(sandbox, { ...target, ...code, status: numberOf(parameters, 'status'), kind: FaultKind.error });
    return `${parameters.code || 'a server error'} for ${targetInWords(target)}`;
  },

  async heal(sandbox) {
    await healRules(sandbox, FaultKind.error);
    return 'no AWS call fails on purpose';
  },
};
