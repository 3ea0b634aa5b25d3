/** What time does to instances and volumes. Called before every action and by the clock, so nobody sees a half-made change. */
import type { World } from '../front/world.ts';
import { type Instance, InstanceState } from './instance.ts';
import { currentAttachments, VolumeState, volumeState } from './volume.ts';
import { removeVolume } from './volume-actions.ts';

/** How long a terminated instance is still shown. Milliseconds. */
const terminatedShown = 3_600_000;
/** How long the record of a client token is kept. Milliseconds. */
const tokensKept = 24 * 3_600_000;

/** Carries out every change whose time has come. */
export function settle(world: World): void {
  const now = world.now();
  for (const instance of world.instances.values()) {
    if (instance.next !== undefined && now >= instance.next.at) {
      const { next, ...rest } = instance;
      world.instances.put(instance.id, { ...rest, state: next.state });
      if (next.state === InstanceState.terminated) releaseVolumes(world, instance.id);
    } else if (instance.state === InstanceState.terminated && now - (instance.endedAt ?? now) > terminatedShown) {
      world.instances.delete(instance.id);
    }
  }
  for (const volume of world.volumes.values()) {
    if (volume.vanishing && volumeState(volume, now) === VolumeState.error) {
      removeVolume(world, volume.id);
      continue;
    }
    const left = currentAttachments(volume, now);
    if (left.length !== volume.attachments.length) world.volumes.put(volume.id, { ...volume, attachments: left });
  }
}

export function forgetOldTokens(world: World): void {
  for (const [key, use] of world.tokens.entries()) if (world.now() - use.usedAt > tokensKept) world.tokens.delete(key);
}

function releaseVolumes(world: World, instanceId: string): void {
  for (const volume of world.volumes.values()) {
    const mine = volume.attachments.find((attachment) => attachment.instanceId === instanceId);
    if (!mine) continue;
    if (mine.deleteOnTermination) removeVolume(world, volume.id);
    else {
      const others = volume.attachments.filter((attachment) => attachment !== mine);
      world.volumes.put(volume.id, { ...volume, attachments: others });
    }
  }
}

/** Begins the end of an instance. What is ending or gone stays as it is. */
export function beginTermination(world: World, instance: Instance, reason: { code: string; message: string }): void {
  if (instance.state === InstanceState.shuttingDown || instance.state === InstanceState.terminated) return;
  const now = world.now();
  world.instances.put(instance.id, {
    ...instance,
    state: InstanceState.shuttingDown,
    next: { state: InstanceState.terminated, at: now + world.timing.instanceShuttingDown },
    endedAt: now,
    stateReason: reason,
  });
}
