import type { Connection } from '@temporalio/client';
import { SearchAttributeType } from '@temporalio/common';
import proto from '@temporalio/proto';
import { RekindleError } from '../errors/rekindle-error.ts';
import { recoveryAttributes } from '../workflows/recovery/search-attributes.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;
const valueTypes = {
  [SearchAttributeType.TEXT]: IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
  [SearchAttributeType.KEYWORD]: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  [SearchAttributeType.INT]: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  [SearchAttributeType.DOUBLE]: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  [SearchAttributeType.BOOL]: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  [SearchAttributeType.DATETIME]: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  [SearchAttributeType.KEYWORD_LIST]: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
} as const;

/**
 * Adds the search attributes of recoveries that the namespace lacks; returns their names. Without them no recovery could start.
 * Safe to call at the same time from several workers.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<readonly string[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return [];
  const wanted = Object.fromEntries(missing.map(({ name, type }) => [name, valueTypes[type]]));
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: wanted });
  } catch (cause) {
    if ((await missingSearchAttributes(connection, namespace)).length === 0) return [];
    const options = missing.map(({ name, type }) => `--name ${name} --type ${spoken(type)}`).join(' ');
    const message =
      `the namespace ${namespace} lacks search attributes and this worker may not add them; ` +
      `let an administrator run: temporal operator search-attribute create --namespace ${namespace} ${options}`;
    throw new RekindleError('forbidden', message, { cause, details: { missing: missing.map(({ name }) => name) } });
  }
  return missing.map(({ name }) => name);
}

/** The attributes that the namespace does not know; throws when one has another type. */
export async function missingSearchAttributes(connection: Connection, namespace: string) {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.values(recoveryAttributes).filter(({ name, type }) => {
    const present = customAttributes[name];
    if (present === undefined || present === null) return true;
    if (present === valueTypes[type]) return false;
    const message = `the search attribute ${name} of the namespace ${namespace} is not of the type ${spoken(type)}: remove or rename it`;
    throw new RekindleError('rejected-by-api', message);
  });
}

/** As the command line of Temporal calls the type. */
function spoken(type: SearchAttributeType): string {
  return type.toLowerCase().replace(/(^|_)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
}
