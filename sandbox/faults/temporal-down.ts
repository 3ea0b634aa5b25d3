import { runningProcess } from '../processes/detached-process.ts';
import { isRunning } from '../processes/process-identity.ts';
import { waitFor } from '../processes/wait-for.ts';
import { temporalPart } from '../temporal/temporal-part.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'temporal-down',
  summary: 'kills the Temporal server (SIGKILL); its database file stays',
  parameters: [],

  async break({ context }) {
    const server = runningProcess(context, temporalPart.name);
    if (!server) return 'Temporal was down already';
    process.kill(server.pid, 'SIGKILL');
    await waitFor('the end of Temporal', () => !isRunning(server), { timeoutMs: 5_000 });
    return 'Temporal is down';
  },

  async heal({ context }) {
    await temporalPart.start(context);
    return 'Temporal answers';
  },
};
