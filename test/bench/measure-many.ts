import { inputOf } from '../worlds/claim-world.ts';
import { type BenchGround, removeWorlds } from './bench-ground.ts';
import { runPlainProgram } from './plain-run.ts';

export interface ManyRecoveries {
  readonly count: number;
  /** All of them, started at once. */
  readonly rekindleSeconds: number;
  /** So many recoveries were measured by the plain program; its figure is their mean times `count`. */
  readonly plainSample: number;
  readonly plainSeconds: number;
}

/** Many volumes lost at once, as with a zone. */
export async function measureMany(ground: BenchGround, count: number, plainSample: number): Promise<ManyRecoveries> {
  const sample = await ground.lostVolumes(plainSample);
  const plain = await runPlainProgram(ground.temporal.env, 'volume-rebind', sample.map(inputOf));
  const mean = plain.reduce((sum, seconds) => sum + seconds, 0) / plain.length;
  await removeWorlds(ground, sample);
  console.log(`  plain program: ${mean.toFixed(1)} s a recovery, mean of ${plainSample}`);

  const worlds = await ground.lostVolumes(count);
  console.log(`  ${count} volumes are lost`);
  const began = performance.now();
  const handles = await Promise.all(worlds.map((world) => ground.startRecovery(world)));
  await Promise.all(handles.map((handle) => handle.result()));
  const rekindleSeconds = (performance.now() - began) / 1000;
  console.log(`  all ended after ${rekindleSeconds.toFixed(1)} s`);
  for (const [index, handle] of handles.entries()) {
    const world = worlds[index];
    if (world !== undefined) await ground.prove(world, handle);
  }
  await removeWorlds(ground, worlds);
  return { count, rekindleSeconds, plainSample, plainSeconds: mean * count };
}
