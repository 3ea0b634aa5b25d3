import type { VolumeState } from './types.ts';

/** What one look at a volume that is being made has shown. */
export interface Look {
  readonly state: VolumeState;
  /** Whether an earlier look has seen the volume. */
  readonly seenBefore: boolean;
  /** Milliseconds since the first of an unbroken run of looks that missed it. */
  readonly missingForMs: number;
}

export type Settlement = 'wait' | 'available' | 'error' | 'missing' | 'deleting' | 'deleted';

/** EC2's lists lag behind its effects; a new volume may be unknown to them for some seconds. */
const listLagMs = 20_000;
const seenListLagMs = 3_000;

/** Whether the waiting is over. A volume with an unusable key is never in `error` on EC2: it simply disappears. */
export function settle(look: Look): Settlement {
  switch (look.state) {
    case 'available':
    case 'in-use':
      return 'available';
    case 'error':
    case 'deleting':
    case 'deleted':
      return look.state;
    case 'missing':
      return look.missingForMs >= (look.seenBefore ? seenListLagMs : listLagMs) ? 'missing' : 'wait';
    case 'creating':
    case 'unknown':
      return 'wait';
  }
}
