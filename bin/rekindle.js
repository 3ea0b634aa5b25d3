#!/usr/bin/env node
// The command line is TypeScript run through tsx: one registration here, no build step to go stale.
import { register } from 'tsx/esm/api';

// Node.js 20 is supported here; the SDK's warning that it will not always be would stand before every answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

register();
await import('../client/cli/main.ts');
