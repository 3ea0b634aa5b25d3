import { inputOf } from '../worlds/claim-world.ts';
import { type BenchGround, median, removeWorlds } from './bench-ground.ts';
import { runPlainProgram } from './plain-run.ts';

export interface OneRecovery {
  readonly rounds: number;
  /** Medians, seconds. */
  readonly rekindleSeconds: number;
  readonly plainSeconds: number;
  /** Medians over the recoveries of the rounds. */
  readonly events: number;
  readonly historyBytes: number;
  readonly activities: number;
}

/** One lost volume at a time, by Rekindle and by the plain program in turns. The first of each warms up and is not counted. */
export async function measureOne(ground: BenchGround, rounds: number): Promise<OneRecovery> {
  const rekindle: number[] = [];
  const plain: number[] = [];
  const events: number[] = [];
  const bytes: number[] = [];
  const activities: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const [forPlain, forWarmth, forRekindle] = await ground.lostVolumes(3);
    if (forPlain === undefined || forWarmth === undefined || forRekindle === undefined) throw new Error('no worlds');
    const [, seconds = 0] = await runPlainProgram(ground.temporal.env, 'volume-rebind', [
      inputOf(forWarmth),
      inputOf(forPlain),
    ]);
    const began = performance.now();
    const handle = await ground.startRecovery(forRekindle);
    await handle.result();
    const elapsed = (performance.now() - began) / 1000;
    await ground.prove(forRekindle, handle);
    const { historyLength, historySize } = await handle.describe();
    const { events: history } = await handle.fetchHistory();
    const counted = round === 0 ? 'warms up' : `${round} of ${rounds}`;
    console.log(`  round ${counted}: Rekindle ${elapsed.toFixed(1)} s, plain program ${seconds.toFixed(1)} s`);
    if (round > 0) {
      rekindle.push(elapsed);
      plain.push(seconds);
      events.push(historyLength);
      bytes.push(historySize ?? 0);
      activities.push(history?.filter((event) => event.activityTaskScheduledEventAttributes).length ?? 0);
    }
    await removeWorlds(ground, [forPlain]);
  }
  return {
    rounds,
    rekindleSeconds: median(rekindle),
    plainSeconds: median(plain),
    events: median(events),
    historyBytes: median(bytes),
    activities: median(activities),
  };
}
