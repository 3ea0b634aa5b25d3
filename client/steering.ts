import type { UpdateDefinition } from '@temporalio/common';
import {
  type Acted,
  type Approval,
  approveUpdate,
  cancelUpdate,
  decideUpdate,
  type OperatorDecision,
  pauseUpdate,
  resumeUpdate,
} from '../workflows/recovery/messages.ts';
import type { Progress } from '../workflows/recovery/progress.ts';
import { ClientError } from './client-error.ts';
import type { Recoveries } from './recoveries.ts';
import { approvalId, cancelId, decisionId } from './update-ids.ts';

/**
 * Steers recoveries by Updates, each answered by the recovery's own sentence. Throws `rejected` with its reason, `over` when it
 * ended before, `no-worker` when none took the update in time: then it may still be taken once one is back.
 */
export class Steering {
  readonly #recoveries: Recoveries;

  constructor(recoveries: Recoveries) {
    this.#recoveries = recoveries;
  }

  approve(progress: Progress, approval: Approval): Promise<string> {
    return this.#send(progress.workflowId, approveUpdate, approval, approvalId(progress, approval));
  }

  decide(progress: Progress, decision: OperatorDecision): Promise<string> {
    return this.#send(progress.workflowId, decideUpdate, decision, decisionId(progress, decision));
  }

  pause(workflowId: string, acted: Acted): Promise<string> {
    return this.#send(workflowId, pauseUpdate, acted, null);
  }

  resume(workflowId: string, acted: Acted): Promise<string> {
    return this.#send(workflowId, resumeUpdate, acted, null);
  }

  /** Asks the recovery; where no worker answers, asks Temporal, which keeps the request until one does. */
  async cancel(workflowId: string, acted: Acted): Promise<string> {
    try {
      return await this.#send(workflowId, cancelUpdate, acted, cancelId(acted.actor));
    } catch (error) {
      if (!(error instanceof ClientError && error.code === 'no-worker')) throw error;
      return this.cancelThroughTemporal(workflowId);
    }
  }

  /** Without an actor in the report. */
  async cancelThroughTemporal(workflowId: string): Promise<string> {
    await this.#demandRunning(workflowId, 'cancel');
    const doing = `cancel ${workflowId}`;
    await this.#recoveries.asking(doing, workflowId, () => this.#recoveries.handle(workflowId).cancel());
    return 'cancel asked of Temporal, which keeps it: it begins when a worker is there. Start one: rekindle worker';
  }

  async #send<Message>(
    workflowId: string,
    update: UpdateDefinition<string, [Message]>,
    message: Message,
    updateId: string | null,
  ): Promise<string> {
    const { name } = update;
    try {
      return await this.#recoveries.asking(`${name} ${workflowId}`, workflowId, () =>
        this.#recoveries
          .handle(workflowId)
          .executeUpdate(update, { args: [message], ...(updateId !== null && { updateId }) }),
      );
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      // Temporal says "not found" of a workflow that ended, too.
      if (error.code === 'unknown-recovery') await this.#demandRunning(workflowId, name);
      if (error.code !== 'no-worker') throw error;
      const late = `${error.message} The ${name} may still be taken when a worker is back: look before you repeat it.`;
      throw new ClientError('no-worker', late, { cause: error });
    }
  }

  async #demandRunning(workflowId: string, what: string): Promise<void> {
    const { status, result } = await this.#recoveries.describe(workflowId);
    if (status === 'running') return;
    const message =
      `${what}: ${workflowId} is over (${result ?? status}); nothing was sent. ` +
      `\`rekindle report ${workflowId}\` tells how it went.`;
    throw new ClientError('over', message);
  }
}
