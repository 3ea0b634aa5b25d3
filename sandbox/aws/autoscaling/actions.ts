import type { Actions } from '../front/action.ts';
import { groupActions } from './group-actions.ts';
import { groupDescribes } from './group-describes.ts';
import { hookActions } from './hook-actions.ts';
import { maintenanceActions } from './maintenance-actions.ts';
import { memberActions } from './member-actions.ts';
import { processActions } from './process-actions.ts';
import { groupTagActions } from './tag-actions.ts';

/** The Auto Scaling actions that the front answers itself. Every other action goes to the emulator. */
export const autoScalingActions: Actions = {
  ...groupActions,
  ...groupDescribes,
  ...groupTagActions,
  ...processActions,
  ...memberActions,
  ...hookActions,
  ...maintenanceActions,
};
