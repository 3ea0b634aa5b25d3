import { msToTs } from '@temporalio/common/lib/time';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { CliWorld } from './cli/cli-world.ts';
import { barrier, fail } from './engine/ladder-run.ts';

const address = inject('temporalAddress');
let world: CliWorld;

// Each command is a process of its own, and some wait ten seconds for a worker that is not there.
vi.setConfig({ testTimeout: 150_000 });

beforeEach(async () => {
  world = await CliWorld.open(address);
});
afterEach(() => world?.close());

describe('start --wait', () => {
  it('exits 0 when recovered and prints ids, result and report, though all that Temporal stores is encrypted', async () => {
    await world.startWorker();
    const ran = await world.start('--reason', 'disk gone', '--wait', '-o', 'json');
    const printed = JSON.parse(ran.stdout);
    expect(Object.keys(printed)).toEqual(['workflowId', 'runId', 'result', 'report']);
    expect(printed).toMatchObject({ workflowId: world.workflowId, result: { status: 'recovered' } });
    expect(printed.report).toMatchObject({ requestedBy: 'jo@example.com', reason: 'disk gone' });
    expect(ran.code).toBe(0);

    const keyless = await world.rekindleWith({ REKINDLE_CODEC_KEYS: '' }, 'report', world.workflowId);
    expect(keyless.code).toBe(1);
    expect(keyless.stderr).toContain('REKINDLE_CODEC_KEYS');

    const late = await world.rekindle('pause', world.workflowId);
    expect(late.code).toBe(1);
    expect(late.stderr).toContain(`${world.workflowId} is over (recovered)`);
    expect((await world.start('--wait')).code).toBe(0); // a finished recovery may be repeated
  });

  it('exits 3 when partly recovered, and so does show', async () => {
    world.ladder.evidence = () => ({ claim: 'ready', target: 'it', outcome: 'unknown', detail: 'fog', source: 'eyes' });
    await world.startWorker();
    const ran = await world.start('--wait');
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain('claim-unproved');
    expect((await world.rekindle('show', world.workflowId)).code).toBe(3);
  });

  it('exits 1 when the run breaks, and still prints what a tool waits for', async () => {
    await world.startWorker();
    const waiting = world.start('--approval', 'required', '--wait', '-o', 'json');
    await world.untilAsked();
    await world.handle.terminate('by hand');
    const ran = await waiting;
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      workflowId: world.workflowId,
      result: null,
      report: { version: 1 },
      error: expect.stringContaining('failed'),
    });
    const shown = await world.rekindle('show', world.workflowId);
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain('failed');
  });
});

describe('--run', () => {
  it('names one of several recoveries of a target, and says so when there is none', async () => {
    await world.startWorker();
    const first = JSON.parse((await world.start('--reason', 'the first', '--wait', '-o', 'json')).stdout);
    world.ladder.evidence = () => ({ claim: 'ready', target: 'it', outcome: 'unknown', detail: 'fog', source: 'eyes' });
    const last = JSON.parse((await world.start('--reason', 'the last', '--wait', '-o', 'json')).stdout);
    expect([first.report.reason, last.report.reason]).toEqual(['the first', 'the last']);
    expect(last.runId).not.toBe(first.runId);

    const of = (command: string, ...more: string[]) => world.rekindle(command, world.workflowId, ...more);
    const [report, markdown, shown, watched, without, unknown, unreadable] = await Promise.all([
      of('report', '--run', first.runId, '-o', 'json'),
      of('report', '--run', first.runId),
      of('show', '--run', first.runId),
      of('watch', '--run', first.runId, '-o', 'json'),
      of('watch'),
      of('report', '--run', '00000000-0000-4000-8000-000000000000'),
      of('report', '--run', 'first'),
    ]);
    expect(JSON.parse(report.stdout)).toMatchObject({ runId: first.runId, reason: 'the first' });
    expect(markdown.stdout).toContain('the first');
    expect(JSON.parse(watched.stdout)).toMatchObject({ runId: first.runId, report: { reason: 'the first' } });
    expect([shown.code, watched.code, without.code]).toEqual([0, 0, 3]);
    expect(unknown).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('rekindle list -o json') });
    expect(unreadable).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('rekindle list -o json') });
  });
});

describe('--run of a recovery that went on as another run', () => {
  it('shows what that one knows', async () => {
    await world.startWorker();
    const workflowId = `goes-on-${world.namespace}`;
    const begun = await world.client.workflow.start('goesOn', { workflowId, taskQueue: world.taskQueue });
    const { runId } = await vi.waitUntil(
      async () => {
        const now = await world.client.workflow.getHandle(workflowId).describe();
        return now.runId !== begun.firstExecutionRunId && now;
      },
      { timeout: 30_000, interval: 50 },
    );
    const ran = await world.rekindle('show', workflowId, '--run', begun.firstExecutionRunId, '-o', 'json');
    await world.client.workflow.getHandle(workflowId).terminate();
    expect(JSON.parse(ran.stdout)).toEqual({ runId, result: null, status: 'running' });
  });
});

describe('a second start on the same target', () => {
  it('starts nothing and names the running recovery', async () => {
    const first = await world.start('-o', 'json');
    const second = await world.start('-o', 'json');
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toContain(`rekindle watch ${world.workflowId}`);
    const { runId } = await world.handle.describe();
    expect(JSON.parse(first.stdout)).toEqual({ workflowId: world.workflowId, runId });
  });
});

describe('approve', () => {
  it('is asked for anew when the facts drift from a plan and back to it', async () => {
    await world.startWorker();
    await world.start('--approval', 'required');
    const first = (await world.untilAsked()).plan?.hash ?? '';
    world.ladder.facts = () => ({ broken: true, version: 2 });
    expect((await world.rekindle('approve', world.workflowId, '--plan', first)).code).toBe(0);
    const second = (await world.untilAsked(first)).plan?.hash ?? '';
    world.ladder.facts = () => ({ broken: true, version: 1 });
    expect((await world.rekindle('approve', world.workflowId, '--plan', second)).code).toBe(0);
    expect((await world.untilAsked(second)).plan?.hash).toBe(first);
    expect((await world.rekindle('approve', world.workflowId, '--plan', first)).code).toBe(0);
    expect((await world.rekindle('watch', world.workflowId)).code).toBe(0);
  });

  it('sent twice by the same person is done once and answered twice', async () => {
    const held = barrier();
    world.ladder.onClimb = (rung) => (rung === 'one' ? held.wait() : undefined);
    await world.startWorker();
    await world.start('--approval', 'required');
    const hash = (await world.untilAsked()).plan?.hash ?? '';
    try {
      const first = await world.rekindle('approve', world.workflowId, '--plan', hash);
      await held.arrived;
      const second = await world.rekindle('approve', world.workflowId, '--plan', hash);
      expect(second).toMatchObject({ code: 0, stdout: first.stdout });
    } finally {
      held.open();
    }
    await world.handle.result();
    const report = JSON.parse((await world.rekindle('report', world.workflowId, '-o', 'json')).stdout);
    expect(report.decisions).toHaveLength(1);
  });

  it('--reject ends the recovery refused: watch exits 2', async () => {
    await world.startWorker();
    await world.start('--approval', 'required');
    const hash = (await world.untilAsked()).plan?.hash ?? '';
    expect((await world.rekindle('approve', world.workflowId, '--plan', hash, '--reject')).code).toBe(0);
    const watched = await world.rekindle('watch', world.workflowId);
    expect(watched.code).toBe(2);
    expect(watched.stdout).toContain('approval-rejected');
    expect(world.ladder.calls).toEqual([]);
  });
});

describe('decide', () => {
  it('retries a step that is parked twice, and skips one that may be skipped', async () => {
    world.ladder.onClimb = () => {
      throw fail('forbidden', 'may not climb');
    };
    await world.startWorker();
    await world.start();
    const parkedAt = async (id: string, since = 0) =>
      (await world.until(({ operatorRequest: asked }) => asked?.stepId === id && asked.since > since)).operatorRequest;
    const once = await parkedAt('one');
    const refused = await world.rekindle('decide', world.workflowId, 'skip');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('retry, abort');
    expect((await world.rekindle('decide', world.workflowId, 'retry')).code).toBe(0);
    await parkedAt('one', once?.since);
    world.ladder.onClimb = (rung) => {
      if (rung === 'optional') throw fail('forbidden', 'may not climb');
    };
    expect((await world.rekindle('decide', world.workflowId, 'retry', '--step', 'one')).code).toBe(0);
    await parkedAt('optional');
    expect((await world.rekindle('decide', world.workflowId, 'skip')).code).toBe(0);
    expect((await world.rekindle('watch', world.workflowId)).code).toBe(3);
  });
});

describe('without a worker', () => {
  it('a recovery is shown as Temporal knows it, not steered, and cancelled once a worker is back', async () => {
    await world.start();
    const [shown, tool, paused] = await Promise.all([
      world.rekindle('show', world.workflowId),
      world.rekindle('show', world.workflowId, '-o', 'json'),
      world.rekindle('pause', world.workflowId),
    ]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/state\s+starting/);
    expect(shown.stderr).toContain('rekindle worker');
    expect(tool).toMatchObject({ code: 1, stdout: '' });
    expect(paused.code).toBe(1);
    expect(paused.stderr).toContain('may still be taken');

    const watching = world.rekindle('watch', world.workflowId);
    const cancelled = await world.rekindle('cancel', world.workflowId);
    expect(cancelled.code).toBe(0);
    expect(cancelled.stdout).toContain('asked of Temporal');
    await world.startWorker();
    const watched = await watching;
    expect(watched.code).toBe(4);
    expect(watched.stdout).toContain('cancelled');
    expect(world.ladder.standing.size).toBe(0);
  });
});

describe('a workflow that is no recovery', () => {
  it('is not shown as one', async () => {
    await world.startWorker();
    const workflowId = `foreigner-${world.namespace}`;
    const handle = await world.client.workflow.start('foreigner', { workflowId, taskQueue: world.taskQueue });
    const ran = await world.rekindle('show', workflowId);
    await handle.terminate();
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('is no recovery');
  });
});

describe('a namespace', () => {
  it('that no worker has prepared says what prepares it, and one that is not there is named', async () => {
    const namespace = `bare-${world.namespace}`;
    await world.client.connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    const inIt = () => world.rekindleWith({ TEMPORAL_NAMESPACE: namespace }, 'list');
    // Temporal's frontends learn of a namespace within seconds.
    let ran = await inIt();
    while (ran.stderr.includes('has no namespace')) ran = await inIt();
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('A worker adds them when it starts: rekindle worker');

    const unknown = await world.rekindleWith({ TEMPORAL_NAMESPACE: 'nowhere' }, 'list');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('has no namespace "nowhere"');
  });
});
