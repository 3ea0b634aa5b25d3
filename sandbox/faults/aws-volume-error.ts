import { frontAdmin } from '../aws/parts.ts';
import { numberOf } from './aws-rule.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'aws-volume-error',
  summary: 'lets the next volumes end in `error` after CreateVolume succeeded, as when their KMS key cannot be used',
  parameters: [{ name: 'count', summary: 'how many volumes', default: '1' }],

  async break(sandbox, parameters) {
    const count = numberOf(parameters, 'count');
    await frontAdmin(sandbox.context).failNextVolumes(count);
    return `the next ${count} volume(s) will end in error`;
  },

  async heal(sandbox) {
    await frontAdmin(sandbox.context).failNextVolumes(0);
    return 'new volumes become available';
  },
};
