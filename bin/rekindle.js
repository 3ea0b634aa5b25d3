#!/usr/bin/env node
// The command line is TypeScript run through tsx: one registration here, no build step to go stale.
import { register } from 'tsx/esm/api';

register();
await import('../client/cli/main.ts');
