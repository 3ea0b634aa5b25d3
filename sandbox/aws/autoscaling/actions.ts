import type { Actions } from '../front/action.ts';
import { groupActions } from './group-actions.ts';
import { hookActions } from './hook-actions.ts';
import { maintenanceActions } from './maintenance-actions.ts';
import { memberActions } from './member-actions.ts';

/** The Auto Scaling actions that the front answers itself. Every other action goes to the emulator. */
export const autoScalingActions: Actions = { ...groupActions, ...memberActions, ...hookActions, ...maintenanceActions };
