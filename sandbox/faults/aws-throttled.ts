import { FaultKind, ruleFault } from './aws-rule.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = ruleFault({
  name: 'aws-throttled',
  kind: FaultKind.throttle,
  summary: "answers AWS calls with the service's throttling error, as when an account is over its request rate",
  strikes: { action: '*', count: '20' },
  done: (_parameters, calls) => `throttling ${calls}`,
  healed: 'no AWS call is throttled',
});
