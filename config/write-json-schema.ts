/** `npm run schema`: writes the published JSON Schema from the zod schema, its only source. */
import { writeFileSync } from 'node:fs';
import { inventoryJsonSchema } from './json-schema.ts';

writeFileSync(new URL('rekindle.schema.json', import.meta.url), inventoryJsonSchema());
