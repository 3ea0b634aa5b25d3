import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadAgentSettings } from '../../../config/agent.ts';

const folder = new URL('../../../deploy/agent/', import.meta.url);
const unit = readFileSync(new URL('rekindle-agent.service', folder), 'utf8');
const settings = loadAgentSettings(new URL('agent.example.yaml', folder).pathname);

function valuesOf(name: string): string[] {
  return [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].flatMap(([, value = '']) => value.split(' '));
}

it('the unit lets the agent write where its example says that it writes, and nowhere else', () => {
  const writable = [...valuesOf('ReadWritePaths'), ...valuesOf('StateDirectory').map((name) => `/var/lib/${name}`)];
  const needed = [settings.manifests, settings.parked, settings.scratch, '/var/lib/etcd'];
  for (const path of needed) expect(writable.filter((one) => path.startsWith(one))).toHaveLength(1);
  for (const one of writable) expect(needed.filter((path) => path.startsWith(one))).not.toEqual([]);
  expect(valuesOf('ProtectSystem')).toEqual(['strict']);
});

it('the unit leaves root without the capabilities that it does not need', () => {
  expect(valuesOf('CapabilityBoundingSet')).toEqual(['CAP_DAC_OVERRIDE', 'CAP_FOWNER']);
  expect(valuesOf('NoNewPrivileges')).toEqual(['true']);
});
