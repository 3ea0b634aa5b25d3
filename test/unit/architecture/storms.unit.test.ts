import { expect, it } from 'vitest';
import { createHostActivities } from '../../../activities/hosts/activities.ts';
import type { ObjectStores } from '../../../activities/objects/port.ts';
import { loadAgentSettings } from '../../../config/agent.ts';
import { struckOnHosts } from '../../matrix/storms/etcd-storms.ts';
import { chosenStorms, storms } from '../../matrix/storms/storms.ts';
import { repositoryRoot } from './source-file.ts';

const settings = {
  ...loadAgentSettings(`${repositoryRoot}/deploy/agent/agent.example.yaml`),
  scratch: `${repositoryRoot}/none`,
};
const registered = Object.keys(
  createHostActivities({ settings, environment: {}, stores: {} as ObjectStores, sealing: null }),
);

it('an agent is killed in every activity that it registers', () => {
  expect([...new Set<string>(struckOnHosts)].sort()).toEqual([...registered].sort());
});

it('storms run with a scenario, by their title, and not beside single cases', () => {
  expect(chosenStorms({ scenario: 'etcd-restore,etcd-backup' })).toEqual(storms);
  expect(chosenStorms({ storm: 'Temporal' }).map(({ title }) => title)).toEqual([
    'the Temporal server dies at each step',
  ]);
  expect(chosenStorms({ scenario: 'etcd-restore', activity: 'readControlPlane' })).toEqual([]);
  expect(chosenStorms({ storm: 'none' })).toEqual([]);
});
