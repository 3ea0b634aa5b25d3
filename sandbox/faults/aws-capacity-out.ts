import { frontAdmin } from '../aws/parts.ts';
import type { Fault } from './fault.ts';

const everyZone = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

export const fault: Fault = {
  name: 'aws-capacity-out',
  summary: 'refuses instances with InsufficientInstanceCapacity in a zone',
  parameters: [
    { name: 'zone', summary: 'the zone, several with commas, or all', default: 'us-east-1a' },
    { name: 'types', summary: 'only these instance types, with commas', default: '' },
  ],

  async break(sandbox, { zone = '', types = '' }) {
    const zones = zone === 'all' ? everyZone : zone.split(',');
    const admin = frontAdmin(sandbox.context);
    const { standing } = await admin.faults();
    const refused = types === '' ? [] : types.split(',');
    const added = Object.fromEntries(zones.map((name) => [name, refused]));
    await admin.setStandingFaults({ zonesWithoutCapacity: { ...standing.zonesWithoutCapacity, ...added } });
    return `no capacity for ${types || 'any instance type'} in ${zones.join(', ')}`;
  },

  async heal(sandbox) {
    await frontAdmin(sandbox.context).setStandingFaults({ zonesWithoutCapacity: {} });
    return 'every zone has capacity';
  },
};
