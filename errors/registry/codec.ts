import { type CodeEntry, permanent } from '../code-entry.ts';

/** Codes of payload encryption. */
export const codecCodes = {
  'codec-keys-unusable': permanent('Mend the key file as the message says; `rekindle doctor` checks it.'),
  'codec-key-missing': permanent('Put the named key back into the key file of every worker, client and codec server.'),
  'codec-payload-damaged': permanent(
    'The stored payload was changed or cut; restore Temporal’s store from its backup.',
  ),
} as const satisfies Record<string, CodeEntry>;
