import { FaultKind, ruleFault } from './aws-rule.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = ruleFault({
  name: 'aws-reply-lost',
  kind: FaultKind.replyLost,
  summary: 'carries AWS calls out, then breaks the connection before the answer',
  strikes: { action: 'CreateVolume', count: '1' },
  done: (_parameters, calls) => `the answers are lost to ${calls}`,
  healed: 'every AWS call is answered',
});
