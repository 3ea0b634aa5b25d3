import type { Actions } from '../front/action.ts';

/** The Auto Scaling actions that the front answers itself. Every other action goes to the emulator. */
export const autoScalingActions: Actions = {};
