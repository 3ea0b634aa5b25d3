import { frontAdmin } from '../aws/parts.ts';
import { numberOf } from './aws-rule.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'aws-volume-error',
  summary: 'lets the next volumes fail after CreateVolume succeeded, as when their KMS key cannot be used',
  parameters: [
    { name: 'count', summary: 'how many volumes', default: '1' },
    { name: 'end', summary: 'error: they end in that state; gone: they vanish', default: 'error' },
  ],

  async break(sandbox, parameters) {
    const count = numberOf(parameters, 'count');
    const { end } = parameters;
    if (end !== 'error' && end !== 'gone') throw new Error(`--end is error or gone, not ${end}`);
    await frontAdmin(sandbox.context).failNextVolumes(count, end);
    return `the next ${count} volume(s) will ${end === 'gone' ? 'vanish' : 'end in error'}`;
  },

  async heal(sandbox) {
    await frontAdmin(sandbox.context).failNextVolumes(0);
    return 'new volumes become available';
  },
};
