import { defineConfig } from 'vitest/config';

/**
 * Five kinds of tests, told apart by file name:
 * `*.unit.test.ts` pure decisions; `*.workflow.test.ts` workflows on a real Temporal server with fakes behind the activities;
 * `*.sandbox.test.ts` everything real, on one sandbox that the global set-up starts and stops;
 * `*.velero.test.ts` what needs Velero or the second cluster: one file after another on one sandbox that has both;
 * `*.faults.test.ts` what breaks parts that all share (the API server, Temporal): one file after another, each on a sandbox of its
 * own.
 */
export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.unit.test.ts'],
          pool: 'threads',
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'workflow',
          include: ['test/**/*.workflow.test.ts'],
          globalSetup: ['test/workflow/global-setup.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'sandbox',
          include: ['test/**/*.sandbox.test.ts'],
          globalSetup: ['test/sandbox/global-setup.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'velero',
          include: ['test/**/*.velero.test.ts'],
          globalSetup: ['test/sandbox/velero-setup.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/**/*.faults.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
