/**
 * The front as a process: `main.ts --port P --admin-port A --moto URL --state DIR --data DIR`.
 * Its tables and journal live in `--state`, the volumes' data in `--data`. It ends in good order on SIGTERM.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startReconciling } from '../autoscaling/reconcile.ts';
import { forgetOldTokens, settle } from '../ec2/lifetime.ts';
import { prepareData } from '../ec2/volume-actions.ts';
import { VolumeDirectories } from '../volumes.ts';
import { createAdmin } from './admin.ts';
import { Journal } from './journal.ts';
import { Moto } from './moto.ts';
import { createFront } from './server.ts';
import { DurableStore } from './store.ts';
import { World } from './world.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    'admin-port': { type: 'string' },
    moto: { type: 'string' },
    state: { type: 'string' },
    data: { type: 'string' },
  },
});

function option(name: keyof typeof values): string {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

const state = option('state');
mkdirSync(state, { recursive: true });
const directories = new VolumeDirectories(option('data'));
await directories.releaseOwners();
const world = new World(new DurableStore(join(state, 'front.jsonl')), new Moto(option('moto')), directories);
finishCopies(world);
// Asked for early: the emulator loads its EC2 at the first call.
world.moto.zones().catch(() => undefined);
const journal = new Journal(join(state, 'journal.jsonl'));
const stopReconciling = startReconciling(world);
const clock = setInterval(() => settle(world), 100);
const sweep = setInterval(() => forgetOldTokens(world), 60_000);
const front = createFront(world, journal).listen(Number(option('port')), '127.0.0.1');
const admin = createAdmin(world, journal).listen(Number(option('admin-port')), '127.0.0.1');

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    clearInterval(clock);
    clearInterval(sweep);
    stopReconciling();
    for (const server of [front, admin]) {
      server.close();
      server.closeAllConnections();
    }
    process.exit(0);
  });
}

/**
 * What an earlier front was copying when it was killed. A volume's copy begins again; a snapshot has missed its moment and ends
 * in `error`.
 */
function finishCopies(to: World): void {
  for (const volume of to.volumes.values()) if (!volume.dataReady) prepareData(to, volume);
  for (const snapshot of to.snapshots.values()) {
    if (!snapshot.dataReady) {
      to.snapshots.put(snapshot.id, { ...snapshot, dataReady: true, failed: 'The snapshot was interrupted.' });
    }
  }
}
