import { setHandler } from '@temporalio/workflow';
import { type Gate, requireActor } from './gate.ts';
import {
  type Acted,
  approveUpdate,
  cancelUpdate,
  decideUpdate,
  pauseUpdate,
  progressQuery,
  reportMarkdownQuery,
  reportQuery,
  resumeUpdate,
} from './messages.ts';
import type { Progress } from './progress.ts';
import { renderReport } from './render-report.ts';
import type { Report } from './report.ts';

export interface Listened {
  readonly gate: Gate;
  progress(): Progress;
  report(): Report;
  over(): boolean;
  cancel(acted: Acted): void;
}

/** Registers every handler; called before the first await of the workflow. Each update answers with a sentence for the sender. */
export function listen(recovery: Listened): void {
  const { gate } = recovery;
  const stillOpen = (acted: Acted) => {
    requireActor(acted?.actor);
    if (recovery.over()) throw new Error('the recovery is over; `rekindle report` shows how it ended');
  };

  setHandler(progressQuery, () => recovery.progress());
  setHandler(reportQuery, () => recovery.report());
  setHandler(reportMarkdownQuery, () => renderReport(recovery.report()));
  setHandler(
    approveUpdate,
    (approval) => {
      gate.approve(approval);
      return `${approval.decision === 'approve' ? 'approved' : 'rejected'} by ${approval.actor}`;
    },
    { validator: (approval) => gate.checkApproval(approval) },
  );
  setHandler(
    decideUpdate,
    (decision) => {
      gate.decide(decision);
      return `${decision.decision} of ${decision.stepId} by ${decision.actor}`;
    },
    { validator: (decision) => gate.checkDecision(decision) },
  );
  setHandler(
    pauseUpdate,
    (acted) => {
      if (!gate.paused) gate.pause(acted.actor);
      return 'paused: the running step finishes, the next one waits';
    },
    { validator: stillOpen },
  );
  setHandler(
    resumeUpdate,
    (acted) => {
      if (gate.paused) gate.resume(acted.actor);
      return 'resumed';
    },
    { validator: stillOpen },
  );
  setHandler(
    cancelUpdate,
    (acted) => {
      recovery.cancel(acted);
      return 'cancelling: what may be undone is being undone';
    },
    { validator: stillOpen },
  );
}
