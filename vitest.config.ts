import { defineConfig } from 'vitest/config';
import { AlternateProjects } from './test/alternate-projects.ts';

/**
 * Five kinds of tests, told apart by file name:
 * `*.unit.test.ts` pure decisions; `*.workflow.test.ts` workflows on a real Temporal server with fakes behind the activities;
 * `*.sandbox.test.ts` everything real, on one sandbox that the global set-up starts and stops;
 * `*.velero.test.ts` what needs Velero or the second cluster: one file after another on one sandbox that has both;
 * `*.faults.test.ts` what breaks parts that all share (the API server, Temporal): each file on a sandbox of its own.
 *
 * All but the first mostly wait, so files run side by side: three on the shared sandbox, and then three of the last two kinds.
 */
const onSharedParts = { pool: 'forks', maxWorkers: 3, sequence: { groupOrder: 1 } } as const;
/** What is awaited on real parts comes within seconds, and on a busy machine within many. */
const patient = { expect: { poll: { timeout: 60_000, interval: 200 } } } as const;
const onOwnSandboxes = { pool: 'forks', maxWorkers: 3, sequence: { groupOrder: 2 } } as const;

export default defineConfig({
  test: {
    reporters: ['default'],
    sequence: { sequencer: AlternateProjects },
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
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...patient,
          ...onSharedParts,
        },
      },
      {
        test: {
          name: 'sandbox',
          include: ['test/**/*.sandbox.test.ts'],
          globalSetup: ['test/sandbox/global-setup.ts'],
          testTimeout: 360_000,
          hookTimeout: 360_000,
          ...patient,
          ...onSharedParts,
        },
      },
      {
        test: {
          name: 'velero',
          include: ['test/**/*.velero.test.ts'],
          globalSetup: ['test/sandbox/velero-setup.ts'],
          setupFiles: ['test/sandbox/one-file-at-a-time.ts'],
          testTimeout: 480_000,
          hookTimeout: 480_000,
          ...patient,
          ...onOwnSandboxes,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/**/*.faults.test.ts'],
          testTimeout: 480_000,
          hookTimeout: 480_000,
          ...patient,
          ...onOwnSandboxes,
        },
      },
    ],
  },
});
