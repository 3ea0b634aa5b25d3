import type { Actions } from '../front/action.ts';
import { attachmentActions } from './attachment-actions.ts';
import { instanceActions } from './instance-actions.ts';
import { snapshotActions } from './snapshot-actions.ts';
import { tagActions } from './tag-actions.ts';
import { volumeActions } from './volume-actions.ts';

/** The EC2 actions that the front answers itself. Every other action goes to the emulator. */
export const ec2Actions: Actions = {
  ...volumeActions,
  ...attachmentActions,
  ...snapshotActions,
  ...instanceActions,
  ...tagActions,
};
