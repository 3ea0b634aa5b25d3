import { z } from 'zod';
import { inventorySchema } from './schema.ts';

/** The published JSON Schema of `rekindle.yaml`, as text. It describes the file as written: fields with a default are optional. */
export function inventoryJsonSchema(): string {
  const schema = z.toJSONSchema(inventorySchema, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'Rekindle inventory (rekindle.yaml)', ...schema }, null, 2)}\n`;
}
