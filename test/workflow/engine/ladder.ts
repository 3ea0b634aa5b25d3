import { proxyActivities } from '@temporalio/workflow';
import type { Carry } from '../../../workflows/recovery/carry.ts';
import type { Evidence } from '../../../workflows/recovery/evidence.ts';
import type { RecoveryInput } from '../../../workflows/recovery/input.ts';
import type { RecoveryResult } from '../../../workflows/recovery/result.ts';
import { changing, reading } from '../../../workflows/recovery/retries.ts';
import { runRecovery } from '../../../workflows/recovery/run-recovery.ts';
import type { Scenario, Step } from '../../../workflows/recovery/scenario.ts';

/** A scenario with nothing but the lifecycle: it climbs rungs; the test holds the activities. */
export interface LadderInput extends RecoveryInput {
  readonly rungs: readonly string[];
  readonly suspend?: string;
  readonly noReturnAt?: string;
}

export interface LadderFacts {
  readonly broken: boolean;
  readonly version: number;
}

export interface LadderActivities {
  inspect(input: { cluster: string }): Promise<LadderFacts>;
  climb(input: { rung: string; recoveryId: string }): Promise<string>;
  descend(input: { rung: string; recoveryId: string }): Promise<string>;
  check(input: { cluster: string }): Promise<Evidence>;
}

interface LadderWork {
  readonly input: LadderInput;
  readonly version: number;
}

const bounded = {
  ...changing,
  scheduleToCloseTimeout: '30 seconds',
  retry: { maximumAttempts: 2, initialInterval: 10 },
};
const { inspect, check } = proxyActivities<LadderActivities>({ ...reading, retry: { maximumAttempts: 2 } });
const { climb, descend } = proxyActivities<LadderActivities>(bounded);

const ladder: Scenario<LadderInput, LadderFacts, LadderWork, { climbed: string[] }> = {
  slug: 'volume-rebind',
  target: (input) => `ladder of ${input.rungs.length}`,
  assess: (admitted) => inspect({ cluster: admitted.input.cluster }),
  decide: (admitted, facts) =>
    facts.broken
      ? {
          kind: 'proceed',
          reason: 'the ladder is down',
          work: { input: admitted.input, version: facts.version },
          draft: {
            summary: 'climb',
            recoveryPoint: { seconds: 60, basis: 'a minute' },
            preconditions: [],
            warnings: [],
          },
        }
      : { kind: 'nothing-to-do', code: 'not-found', message: 'the ladder stands' },
  scopes: (work) => [`ladders/${work.input.cluster}`],
  memory: () => ({ climbed: [] }),
  steps: ({ input }, memory, { recoveryId }) =>
    input.rungs.map(
      (rung): Step => ({
        id: rung,
        title: `Climb ${rung}`,
        target: rung,
        effect: 'change',
        expectedSeconds: 2,
        skippable: rung.startsWith('optional'),
        ...(input.noReturnAt === rung && { pointOfNoReturn: 'the ladder is burnt' }),
        undo: {
          kind: input.suspend === rung ? 'put-back' : 'revert',
          title: `Descend ${rung}`,
          run: () => descend({ rung, recoveryId }),
        },
        run: async () => {
          const detail = await climb({ rung, recoveryId });
          memory.climbed.push(rung);
          return detail;
        },
      }),
    ),
  verify: ({ input }) => [{ claim: 'ready', target: 'ladder', run: () => check({ cluster: input.cluster }) }],
};

export async function climbLadder(input: LadderInput, carry?: Carry): Promise<RecoveryResult> {
  return runRecovery(ladder, input, carry);
}
