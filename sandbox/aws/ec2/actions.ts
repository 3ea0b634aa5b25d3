import type { Actions } from '../front/action.ts';
import { attachmentActions } from './attachment-actions.ts';
import { instanceActions } from './instance-actions.ts';
import { instanceDescribes } from './instance-describes.ts';
import { snapshotActions } from './snapshot-actions.ts';
import { tagActions } from './tag-actions.ts';
import { volumeActions } from './volume-actions.ts';
import { volumeDescribes } from './volume-describes.ts';

/** The EC2 actions that the front answers itself. Every other action goes to the emulator. */
export const ec2Actions: Actions = {
  ...volumeActions,
  ...volumeDescribes,
  ...attachmentActions,
  ...snapshotActions,
  ...instanceActions,
  ...instanceDescribes,
  ...tagActions,
};
