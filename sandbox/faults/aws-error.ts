import { FaultKind, numberOf, ruleFault } from './aws-rule.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = ruleFault({
  name: 'aws-error',
  kind: FaultKind.error,
  summary: 'answers AWS calls with an error, by default a server error, without carrying them out',
  strikes: { action: '*', count: '5' },
  parameters: [
    { name: 'code', summary: "the error code; default the service's internal error", default: '' },
    { name: 'status', summary: 'the HTTP status', default: '500' },
  ],
  rule: (parameters) => ({
    ...(parameters.code ? { code: parameters.code } : {}),
    status: numberOf(parameters, 'status'),
  }),
  done: ({ code }, calls) => `${code || 'a server error'} for ${calls}`,
  healed: 'no AWS call fails on purpose',
});
