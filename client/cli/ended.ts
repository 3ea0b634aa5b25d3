import type { Report } from '../../workflows/recovery/report.ts';
import { exitCodes, type RecoveryStatus } from '../../workflows/recovery/result.ts';
import { ClientError } from '../client-error.ts';
import type { Recoveries } from '../recoveries.ts';
import { follow, passes } from './follow.ts';
import { type OutputOptions, printAside, printJson, printText } from './output.ts';
import type { Screen } from './painters.ts';
import { printable } from './render/printable.ts';
import { renderResult } from './render/result.ts';
import { styleOf } from './terminal.ts';

/** How often a report is asked for, since the worker that ended the recovery may be gone for a moment. */
const reportAttempts = 3;

/** Follows a recovery to its end, prints the end, and sets the exit code of the process by it. */
export async function followToEnd(
  recoveries: Recoveries,
  workflowId: string,
  { output }: OutputOptions,
  runId?: string,
): Promise<void> {
  const json = output === 'json';
  const stream = json ? process.stderr : process.stdout;
  const leave = () => {
    printAside(`\nno longer followed; the recovery goes on. Follow it again: rekindle watch ${workflowId}`);
    process.exit(130);
  };
  process.once('SIGINT', leave);
  const screen = screenOn(stream);
  const ended = await follow(recoveries, workflowId, screen, runId).catch((error: unknown) => {
    if (error instanceof ClientError && error.code === 'failed') return error;
    throw error;
  });
  process.off('SIGINT', leave);
  const failure = ended instanceof ClientError ? ended : null;
  const result = ended instanceof ClientError ? null : ended;
  if (json) {
    const report = await reportOf(recoveries, workflowId, runId);
    const ids = { workflowId, runId: runId ?? report?.runId ?? null };
    printJson({ ...ids, result, report, ...(failure !== null && { error: failure.message }) });
  } else if (result !== null && screen.size() === null) {
    printText(renderResult(printable(result), screen.style).join('\n'));
  }
  if (failure !== null) throw failure;
  process.exitCode = exitCode(result?.status ?? null);
}

/** By how a recovery ended; 1 for a run without a result. */
export function exitCode(status: string | null): number {
  return status !== null && Object.hasOwn(exitCodes, status) ? exitCodes[status as RecoveryStatus] : 1;
}

async function reportOf(recoveries: Recoveries, workflowId: string, runId?: string): Promise<Report | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await recoveries.report(workflowId, runId);
    } catch (error) {
      if (!passes(error)) throw error;
      if (attempt < reportAttempts) continue;
      printAside(`rekindle: without a report: ${error.message}`);
      return null;
    }
  }
}

function screenOn(stream: NodeJS.WriteStream): Screen {
  return {
    style: styleOf(stream),
    size: () => (stream.isTTY === true ? { columns: stream.columns || 80, rows: stream.rows || 24 } : null),
    write: (text) => stream.write(text),
  };
}
