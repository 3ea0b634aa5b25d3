#!/usr/bin/env node
// The command line is TypeScript; `program.js` says how it starts fast and never goes stale.
import { fileURLToPath } from 'node:url';
import { load } from './load.js';

// Node.js 20 is supported here; the SDK's warning that it will not always be would stand before every answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

await load(fileURLToPath(new URL('../client/cli/main.ts', import.meta.url)));
