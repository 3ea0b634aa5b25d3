import { FaultKind, numberOf, ruleFault } from './aws-rule.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = ruleFault({
  name: 'aws-latency',
  kind: FaultKind.latency,
  summary: 'makes AWS calls slow',
  strikes: { action: '*', count: '0' },
  parameters: [{ name: 'ms', summary: 'milliseconds added', default: '2000' }],
  rule: (parameters) => ({ ms: numberOf(parameters, 'ms') }),
  done: ({ ms }, calls) => `${ms} ms added to ${calls}`,
  healed: 'AWS calls take their usual time',
});
