import { describe, expect, it } from 'vitest';
import { painterFor } from '../../../client/cli/painters.ts';
import { changes, heartbeat } from '../../../client/cli/render/changes.ts';
import { columns } from '../../../client/cli/render/columns.ts';
import { fitToScreen } from '../../../client/cli/render/fit.ts';
import { printable } from '../../../client/cli/render/printable.ts';
import { coloured, plain } from '../../../client/cli/render/style.ts';
import { type Progress, progressOf, stepOf } from './progress-of.ts';

const esc = '\u001b';

describe('texts from elsewhere', () => {
  it('cannot move the cursor, colour the screen, or turn the direction of writing', () => {
    const hostile = { message: `${esc}[2Jgone\r\u0007\u009b1A`, nested: ['\u202Eevil'], at: new Date(0), n: 1 };
    expect(printable(hostile)).toEqual({ message: '�[2Jgone���1A', nested: ['�evil'], at: new Date(0), n: 1 });
  });

  it('keep their lines, tabs and letters', () => {
    expect(printable('ünï\tcode\n日本')).toBe('ünï\tcode\n日本');
  });

  it('do not break a table', () => {
    expect(columns([['a\n  b', 'c']])).toEqual(['a b  c']);
  });
});

describe('lines on a terminal', () => {
  it('are cut where they would wrap, so that drawing over them hits the right rows', () => {
    expect(fitToScreen(['123456', '12345'], { columns: 5, rows: 10 })).toEqual(['1234…', '12345']);
  });

  it('are measured without their colours, and a cut one ends its colour', () => {
    const [kept] = fitToScreen([coloured.good('12345')], { columns: 5, rows: 10 });
    expect(kept).toBe(coloured.good('12345'));
    const [cut] = fitToScreen([coloured.good('123456')], { columns: 5, rows: 10 });
    expect(cut).toBe(`${esc}[32m1234…${esc}[0m`);
  });

  it('leave out the middle when there are more than rows', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `${index}`);
    expect(fitToScreen(lines, { columns: 40, rows: 7 })).toEqual(['0', '  … 15 more lines', '16', '17', '18', '19']);
  });
});

describe('changes between two looks', () => {
  const noted = { at: 1_000, what: 'Plan abc: climb', actor: null };

  it('are what was noted and what began since, by time', () => {
    const before = progressOf({ timeline: [noted] });
    const after = progressOf({
      timeline: [noted, { at: 3_000, what: 'One: done', actor: null }],
      steps: [stepOf('two', { state: 'running', startedAt: 2_000 })],
      etaSeconds: 40,
    });
    expect(changes(before, after, plain)).toEqual([
      '00:00:02 Two (claim a/b), about 40 s left in all',
      '00:00:03 One: done',
    ]);
  });

  it('name who decided', () => {
    const after = progressOf({ timeline: [{ at: 0, what: 'Paused', actor: 'jo' }] });
    expect(changes(null, after, plain)).toEqual(['00:00:00 jo: Paused']);
  });

  it('are none when nothing happened', () => {
    const same = progressOf({ timeline: [noted], steps: [stepOf('two', { state: 'running', startedAt: 1 })] });
    expect(changes(same, same, plain)).toEqual([]);
  });

  it('say once what a person must do, and again when another step is parked', () => {
    const parked = (since: number): Progress =>
      progressOf({
        standstill: 'needs-operator',
        operatorRequest: { stepId: 's', title: 'S', code: 'c', message: 'm', next: 'n', since, allowed: ['retry'] },
      });
    const line = 'next: rekindle decide volume-rebind/prod/a/b retry --step s';
    expect(changes(null, parked(1), plain)).toContain(line);
    expect(changes(parked(1), parked(1), plain)).toEqual([]);
    expect(changes(parked(1), parked(2), plain)).toContain(line);
  });

  it('have a sign of life that names the running step', () => {
    const running = progressOf({ steps: [stepOf('two', { state: 'running', startedAt: 0, detail: 'creating' })] });
    expect(heartbeat(running, 65_000, plain)).toBe(
      '00:01:05 volume-rebind claim a/b: executing, 1 min 05 s: Two, creating',
    );
  });
});

describe('a followed recovery', () => {
  function screen(size: { columns: number; rows: number } | null) {
    const written: string[] = [];
    return { written, screen: { style: plain, size: () => size, write: (text: string) => void written.push(text) } };
  }

  it('moves no cursor where there is no terminal, and says a trouble once', () => {
    const { written, screen: pipe } = screen(null);
    const painter = painterFor(pipe);
    painter.paint(progressOf({ timeline: [{ at: 0, what: 'Begun', actor: null }] }));
    painter.trouble('no worker');
    painter.trouble('no worker');
    painter.finish(null);
    expect(written).toEqual(['00:00:00 Begun\n', 'no worker\n']);
  });

  it('is drawn over exactly the rows that it took on a terminal', () => {
    const { written, screen: terminal } = screen({ columns: 20, rows: 30 });
    const painter = painterFor(terminal);
    painter.paint(progressOf({ steps: [stepOf('two'), stepOf('three')] }));
    painter.paint(progressOf({}));
    const rows = written[0]?.trimEnd().split('\n') ?? [];
    expect(rows.every((row) => row.length <= 20)).toBe(true);
    expect(written[1]?.startsWith(`${esc}[${rows.length}A${esc}[0J`)).toBe(true);
  });
});
