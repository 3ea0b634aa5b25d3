/** For projects whose files share what bears one test at a time: each waits until the sandbox is free, and beside it other projects run. */
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { withLock } from '../../sandbox/processes/exclusive-lock.ts';

let leave: () => void = () => {};
const left = new Promise<void>((resolve) => {
  leave = resolve;
});
let held: Promise<void> = Promise.resolve();

await new Promise<void>((resolve, reject) => {
  const lock = join(inject('sandboxDirectory'), 'test-file.lock');
  held = withLock(
    lock,
    () => {},
    () => {
      resolve();
      return left;
    },
  );
  held.catch(reject);
});

afterAll(async () => {
  leave();
  await held;
});
