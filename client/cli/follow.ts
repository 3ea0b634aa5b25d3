import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Progress } from '../../workflows/recovery/progress.ts';
import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import type { Recoveries } from '../recoveries.ts';
import { renderProgress } from './render/progress.ts';
import type { Style } from './render/style.ts';
import { UsageError } from './usage-error.ts';

export interface FollowOptions {
  readonly runId?: string;
  /** A terminal is redrawn; anything else gets one line for each change. */
  readonly live: boolean;
  readonly style: Style;
  write(text: string): void;
}

const interval = 500;

/** Shows a recovery until it ends; returns how it ended. A worker that does not answer is said and waited for. */
export async function follow(
  recoveries: Recoveries,
  workflowId: string,
  options: FollowOptions,
): Promise<RecoveryResult> {
  const ended = recoveries.result(workflowId, options.runId);
  let over = false;
  const settled = ended.then(
    () => {
      over = true;
    },
    () => {
      over = true;
    },
  );
  const painter = options.live ? new Redrawn(options) : new Appended(options);
  for (;;) {
    const progress = await Promise.race([quietly(recoveries.progress(workflowId)), settled.then(() => null)]);
    if (progress !== null) painter.paint(progress);
    if (over) break;
    await Promise.race([settled, pause(interval)]);
  }
  const last = await quietly(recoveries.progress(workflowId));
  if (last !== null) painter.paint(last);
  return ended;
}

/** A failed run as a sentence; anything else as it came. */
export function explainEnd(error: unknown, workflowId: string): unknown {
  if (error instanceof WorkflowNotFoundError) {
    return new UsageError(
      `no recovery ${JSON.stringify(workflowId)}; \`rekindle list\` shows those that Temporal knows.`,
    );
  }
  if (error instanceof WorkflowFailedError) {
    return new UsageError(
      `${workflowId} failed: ${error.cause?.message ?? error.message}. \`rekindle report ${workflowId}\` tells what happened.`,
    );
  }
  return error;
}

async function quietly(progress: Promise<Progress>): Promise<Progress | null> {
  try {
    return await progress;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw error;
    return null; // no worker answers right now; the next look may be luckier
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

class Redrawn {
  #lines = 0;
  readonly #options: FollowOptions;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  paint(progress: Progress): void {
    const { write, style } = this.#options;
    const lines = renderProgress(progress, Date.now(), style);
    const up = this.#lines > 0 ? `\u001b[${this.#lines}A\u001b[0J` : '';
    write(`${up}${lines.join('\n')}\n`);
    this.#lines = lines.length;
  }
}

class Appended {
  #shown = 0;
  #standstill: string | null = null;
  readonly #options: FollowOptions;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  paint(progress: Progress): void {
    const { write, style } = this.#options;
    for (const { at, what, actor } of progress.timeline.slice(this.#shown)) {
      write(`${new Date(at).toISOString().slice(11, 19)} ${actor === null ? '' : `${actor}: `}${what}\n`);
    }
    this.#shown = progress.timeline.length;
    if (progress.standstill !== this.#standstill && progress.standstill !== null) {
      write(`${renderProgress(progress, Date.now(), style).join('\n')}\n`);
    }
    this.#standstill = progress.standstill;
  }
}
