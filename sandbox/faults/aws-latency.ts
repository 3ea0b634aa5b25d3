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
  name: 'aws-latency',
  summary: 'makes AWS calls slow',
  parameters: [
    ...targetParameters({ action: '*', count: '0' }),
    { name: 'ms', summary: 'milliseconds added', default: '2000' },
  ],

  async break(sandbox, parameters) {
    const target = readTarget(parameters);
    const ms = numberOf(parameters, 'ms');
    await breakByRule(sandbox, { ...target, ms, kind: FaultKind.latency });
    return `${ms} ms added to ${targetInWords(target)}`;
  },

  async heal(sandbox) {
    await healRules(sandbox, FaultKind.latency);
    return 'AWS calls take their usual time';
  },
};
