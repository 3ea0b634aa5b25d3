// Module hooks for plain-program.ts: the workflows' modules get outside-temporal.ts in the place of Temporal's library.
import { register } from 'node:module';

register('./plain-loader-hooks.js', import.meta.url);
