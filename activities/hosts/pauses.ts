import type { Pauses } from '../kubernetes/polling.ts';

/** Looks at the host itself: what is awaited takes a second or two, and a port or the runtime may be asked often. */
export const onThisHost: Pauses = { firstMs: 100, longestMs: 400, perLook: 1 };
