import type { QueryParameters } from '../wire/query.ts';
import type { XmlValue } from '../wire/xml.ts';
import type { World } from './world.ts';

/**
 * One action that the front answers itself: the content of the reply, or a thrown AwsFailure. It checks and changes the world
 * without waiting in between, so that two calls do not cross.
 */
export type Action = (world: World, parameters: QueryParameters) => Promise<XmlValue> | XmlValue;

export type Actions = Readonly<Record<string, Action>>;

/** The reply of actions that only say that they succeeded. */
export const succeeded: XmlValue = { return: true };
