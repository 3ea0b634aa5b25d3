import { describe, expect, it } from 'vitest';
import { type JournalState, newJournal } from '../../../workflows/recovery/journal.ts';
import type { Plan } from '../../../workflows/recovery/plan.ts';
import { renderReport } from '../../../workflows/recovery/render-report.ts';
import { buildReport, type ReportHead } from '../../../workflows/recovery/report.ts';

const head: ReportHead = {
  slug: 'volume-rebind',
  cluster: 'prod',
  workflowId: 'volume-rebind/prod/production/data-db-0',
  runId: 'run',
  recoveryId: 'recovery',
  requestedBy: 'jo',
  reason: 'alert',
  incident: 'INC-1',
  dryRun: false,
  contacts: ['sre@example.com'],
};
const noTargets = { recoveryTimeSeconds: null, recoveryPointSeconds: null };

function journal(overrides: Partial<JournalState>): JournalState {
  return { ...newJournal(1_000_000), ...overrides };
}

describe('report', () => {
  it('measures the recovery time from the start to the end of the verification', () => {
    const report = buildReport(head, journal({ verifiedAt: 1_042_000 }), noTargets, 1_050_000);
    expect(report.times.recoveryTimeSeconds).toBe(42);
  });

  it('knows no recovery time when it never came to a verification', () => {
    expect(buildReport(head, journal({}), noTargets, 1_050_000).times.recoveryTimeSeconds).toBeNull();
  });

  it('lists as decisions only what a person did', () => {
    const timeline = [
      { at: 1, what: 'step', actor: null },
      { at: 2, what: 'Approved', actor: 'jo' },
    ];
    expect(buildReport(head, journal({ timeline }), noTargets, 3).decisions).toEqual([timeline[1]]);
  });

  it('survives a round trip through JSON', () => {
    const report = buildReport(head, journal({}), noTargets, 1_050_000);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('keeps its tables whole when a detail has pipes and line breaks', () => {
    const evidence = [
      { claim: 'ready', target: 'pod', outcome: 'proved', detail: 'a | b\nc', source: 'GET pods' },
    ] as const;
    const markdown = renderReport(buildReport(head, journal({ evidence: [...evidence] }), noTargets, 2));
    expect(markdown).toContain('| ready | pod | proved | a \\| b c | GET pods |');
  });

  it('tells which preconditions of the plan were met, and by what', () => {
    const plan: Plan = {
      hash: 'sha256:0',
      summary: 'all members back',
      steps: [],
      recoveryTimeSeconds: 60,
      recoveryPoint: { seconds: null, basis: 'none', losses: [] },
      preconditions: [
        { name: 'room', blocking: true, met: true, detail: '3 GiB free' },
        { name: 'fast disks', blocking: false, met: false, detail: 'p99 80 ms' },
      ],
      warnings: [],
    };
    const markdown = renderReport(buildReport(head, journal({ plan }), noTargets, 2));
    expect(markdown).toContain('- met: room (3 GiB free)\n- **not met**: fast disks (p99 80 ms)');
  });

  it('turns every problem into an action of the post-mortem', () => {
    const problems = [{ code: 'not-yet', target: 'pod db-0', message: 'not ready', next: 'Look at the pod.' }];
    const markdown = renderReport(buildReport(head, journal({ problems }), noTargets, 2));
    expect(markdown).toContain('  - [ ] pod db-0: Look at the pod.');
  });
});
