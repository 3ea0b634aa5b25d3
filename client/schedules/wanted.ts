import type { ScheduleOptions } from '@temporalio/client';
import { approvalFor } from '../../config/approval.ts';
import { checkInput } from '../../config/check-input.ts';
import type { Inventory, Schedule } from '../../config/schema.ts';
import type { RecoveryInput } from '../../workflows/recovery/input.ts';
import { recoveryAttributes } from '../../workflows/recovery/search-attributes.ts';
import type { Slug } from '../../workflows/slugs.ts';
import { ClientError } from '../client-error.ts';
import { type StartableScenario, scenarios } from '../scenarios.ts';
import { startOptions } from '../start-options.ts';

/** Who made a schedule, in its memo. Only schedules with this mark are ever changed or deleted. */
export const madeBy = 'rekindle schedules apply';

/** One schedule as the inventory wants it. */
export interface WantedSchedule {
  /** `<scenario>/<cluster>` */
  readonly id: string;
  readonly scenario: Slug;
  readonly cluster: string;
  /** As written: `17 2 * * * (Europe/Berlin)`, `every 6h`. */
  readonly when: string;
  readonly options: ScheduleOptions & { readonly policies: NonNullable<ScheduleOptions['policies']> };
}

export function scheduleId(scenario: string, cluster: string): string {
  return `${scenario}/${cluster}`;
}

/**
 * The schedules of the inventory, of one cluster or of all. Pure. Throws ClientError `schedule-not-valid` that names every problem:
 * an input that its scenario does not take, and a schedule whose runs would each wait for somebody's approval unasked.
 */
export function wantedSchedules(inventory: Inventory, only?: string): WantedSchedule[] {
  const problems: string[] = [];
  const wanted: WantedSchedule[] = [];
  for (const [cluster, { schedules }] of Object.entries(inventory.clusters)) {
    if (only !== undefined && only !== cluster) continue;
    for (const [slug, schedule] of Object.entries(schedules) as [Slug, Schedule][]) {
      const where = `clusters.${cluster}.schedules.${slug}`;
      const scenario = scenarios.find((one) => one.slug === slug);
      if (scenario === undefined) {
        const known = scenarios.map((one) => one.slug).join(', ');
        problems.push(`${where}: this scenario cannot be started; there is: ${known}. Remove it.`);
        continue;
      }
      const found = problemsOf(inventory, scenario, cluster, schedule).map((problem) => `${where}.${problem}`);
      problems.push(...found);
      if (found.length === 0) wanted.push(wantedSchedule(inventory, scenario, cluster, schedule));
    }
  }
  if (problems.length === 0) return wanted;
  const lines = problems.map((problem) => `  ${problem}`);
  throw new ClientError(
    'schedule-not-valid',
    ['schedules of the inventory are not valid; nothing was changed:', ...lines].join('\n'),
  );
}

function problemsOf(inventory: Inventory, scenario: StartableScenario, cluster: string, { input }: Schedule): string[] {
  if (input.cluster !== undefined) {
    return [
      `input.cluster: got ${JSON.stringify(input.cluster)}, expected nothing: it is ${cluster}. Remove the field.`,
    ];
  }
  const checked = checkInput(scenario.schema, { ...input, cluster });
  if (!checked.ok) {
    return checked.problems.map(
      ({ path, given, expected, advice }) =>
        `input${path === '' ? '' : `.${path}`}: got ${given}, expected ${expected}. ${advice}`,
    );
  }
  if (input.approval !== undefined || approvalFor(inventory, cluster, scenario.slug).mode === 'automatic') return [];
  return [
    'input.approval: got nothing, expected automatic or required, because the approval policy would let each run wait for a ' +
      `person. Set approval.byScenario.${scenario.slug} to automatic, or say input.approval.`,
  ];
}

function wantedSchedule(
  inventory: Inventory,
  scenario: StartableScenario,
  cluster: string,
  schedule: Schedule,
): WantedSchedule {
  const { slug } = scenario;
  const id = scheduleId(slug, cluster);
  const input = { requestedBy: `schedule ${id}`, ...schedule.input, cluster } as RecoveryInput;
  const { cron, every, timeZone, jitterMinutes, catchUpMinutes, pauseOnFailure } = schedule;
  return {
    id,
    scenario: slug,
    cluster,
    when: cron === undefined ? `every ${every}` : `${cron}${timeZone === undefined ? '' : ` (${timeZone})`}`,
    options: {
      scheduleId: id,
      spec: {
        ...(cron === undefined ? { intervals: [{ every: milliseconds(every ?? '') }] } : { cronExpressions: [cron] }),
        ...(timeZone !== undefined && { timezone: timeZone }),
        jitter: jitterMinutes * 60_000,
      },
      // Temporal's own default for the catch-up is a year: a server that was away for a week would start a week of backups.
      policies: { overlap: 'SKIP', catchupWindow: catchUpMinutes * 60_000, pauseOnFailure },
      action: {
        ...startOptions(scenario, input),
        type: 'startWorkflow',
        workflowType: scenario.workflowType,
        // Temporal adds the time of the start: the lease, not the id, keeps it apart from a run that was started by hand.
        workflowId: scenario.workflowId(input),
        taskQueue: inventory.temporal.taskQueue,
        args: [input],
      },
      memo: { madeBy, scenario: slug, cluster },
      typedSearchAttributes: [
        { key: recoveryAttributes.scenario, value: slug },
        { key: recoveryAttributes.cluster, value: cluster },
      ],
    },
  };
}

const unit: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function milliseconds(interval: string): number {
  return Number.parseInt(interval, 10) * (unit[interval.at(-1) ?? ''] ?? 0);
}
