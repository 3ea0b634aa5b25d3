import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
} from '@temporalio/client';
import { recoveryAttributes } from '../../workflows/recovery/search-attributes.ts';
import { ClientError } from '../client-error.ts';
import { type TemporalPlace, translateClientError } from '../translate.ts';
import { fingerprint, type KeptSchedule, keptSchedule } from './kept-schedule.ts';
import { madeBy, type WantedSchedule } from './wanted.ts';

export interface ScheduleChange {
  readonly id: string;
  readonly done: 'created' | 'updated' | 'unchanged' | 'deleted';
}

/** How a start by hand meets a run of the same schedule. Nothing here lets two run at once. */
export type TriggerOverlap = 'skip' | 'buffer-one';

const startedLookMs = 250;
const startedLimitMs = 10_000;

/**
 * The schedules that Temporal keeps for this inventory. Only those that `apply` made are changed, and of them only those of clusters
 * that the inventory has: another inventory may share the namespace. Throws ClientError for what can be foreseen.
 */
export class Schedules {
  readonly #client: Client;
  readonly #place: TemporalPlace;

  constructor(client: Client, place: TemporalPlace) {
    this.#client = client;
    this.#place = place;
  }

  /**
   * Makes Temporal have the wanted schedules of `clusters`, and no other of ours. Doing it again changes nothing. A schedule that was
   * paused stays paused. Throws `not-our-schedule`, before anything is changed, when a wanted id belongs to somebody else.
   */
  async apply(wanted: readonly WantedSchedule[], clusters: readonly string[]): Promise<ScheduleChange[]> {
    for (const { id } of wanted) this.#demandOurs(id, await this.#describe(id));
    const changes: ScheduleChange[] = [];
    for (const one of wanted) changes.push({ id: one.id, done: await this.#bring(one) });
    for (const kept of await this.list()) {
      if (!kept.ours || !clusters.includes(kept.cluster) || wanted.some(({ id }) => id === kept.id)) continue;
      await this.#call(`delete the schedule ${kept.id}`, () => this.#handle(kept.id).delete());
      changes.push({ id: kept.id, done: 'deleted' });
    }
    return changes;
  }

  /** Every schedule of recoveries in the namespace, by id. A change may be seen a moment later than it was made. */
  list(): Promise<KeptSchedule[]> {
    return this.#call('list schedules', async () => {
      const found: KeptSchedule[] = [];
      const query = `${recoveryAttributes.scenario.name} IS NOT NULL`;
      for await (const { scheduleId: id } of this.#client.schedule.list({ query })) {
        const description = await this.#describe(id);
        if (description !== null) found.push(keptSchedule(description));
      }
      return found.sort((left, right) => left.id.localeCompare(right.id));
    });
  }

  async pause(id: string, note: string): Promise<void> {
    await this.#demand(id);
    await this.#call(`pause the schedule ${id}`, () => this.#handle(id).pause(note));
  }

  async resume(id: string, note: string): Promise<void> {
    await this.#demand(id);
    await this.#call(`resume the schedule ${id}`, () => this.#handle(id).unpause(note));
  }

  /**
   * Starts a run now, also when the schedule is paused. Gives the workflow's id, or null when it is not started yet: with
   * `buffer-one` it waits for the run that is under way. With `skip` such a run is an error, `already-running`.
   */
  async trigger(id: string, overlap: TriggerOverlap = 'skip'): Promise<string | null> {
    const { info } = await this.#demand(id);
    const [running] = info.runningActions;
    if (running !== undefined && overlap === 'skip') {
      const { workflowId } = running.workflow;
      const message = `${workflowId} is running already; nothing was started. Follow it: rekindle watch ${workflowId}`;
      throw new ClientError('already-running', message);
    }
    await this.#call(`trigger the schedule ${id}`, () =>
      this.#handle(id).trigger(overlap === 'skip' ? 'SKIP' : 'BUFFER_ONE'),
    );
    if (running !== undefined) return null;
    const limit = Date.now() + startedLimitMs;
    for (;;) {
      const after = await this.#demand(id);
      const last = after.info.recentActions.at(-1);
      if (after.info.numActionsTaken > info.numActionsTaken && last !== undefined)
        return last.action.workflow.workflowId;
      if (Date.now() > limit) return null;
      await new Promise((resolve) => setTimeout(resolve, startedLookMs));
    }
  }

  async #bring({ id, options }: WantedSchedule): Promise<ScheduleChange['done']> {
    const doing = `apply the schedule ${id}`;
    if ((await this.#describe(id)) === null) {
      const created = await this.#call(doing, async () => {
        try {
          await this.#client.schedule.create(options);
          return true;
        } catch (error) {
          // Somebody else applies at the same moment: then theirs is brought to ours.
          if (error instanceof ScheduleAlreadyRunning) return false;
          throw error;
        }
      });
      if (created) return 'created';
    }
    return this.#call(doing, async () => {
      let before = '';
      await this.#handle(id).update((current) => {
        this.#demandOurs(id, current);
        before = fingerprint(current);
        const { paused, note } = current.state;
        return { ...options, state: { paused, ...(note !== undefined && { note }) } };
      });
      // Temporal keeps a cron expression in a form of its own: so what it kept before is compared with what it keeps now.
      return fingerprint(await this.#handle(id).describe()) === before ? 'unchanged' : 'updated';
    });
  }

  #handle(id: string) {
    return this.#client.schedule.getHandle(id);
  }

  #describe(id: string): Promise<ScheduleDescription | null> {
    return this.#call(`read the schedule ${id}`, async () => {
      try {
        return await this.#handle(id).describe();
      } catch (error) {
        if (error instanceof ScheduleNotFoundError) return null;
        throw error;
      }
    });
  }

  async #demand(id: string): Promise<ScheduleDescription> {
    const found = await this.#describe(id);
    if (found !== null) return found;
    const message =
      `no schedule ${JSON.stringify(id)} in the namespace ${this.#place.namespace}; \`rekindle schedules list\` shows those that ` +
      'there are, `rekindle schedules apply` makes those of the inventory.';
    throw new ClientError('unknown-schedule', message);
  }

  #demandOurs(id: string, found: ScheduleDescription | null): void {
    if (found === null || keptSchedule(found).ours) return;
    const message =
      `the schedule ${id} was not made by \`${madeBy}\`, so it stays as it is; nothing was changed. Delete or rename it in ` +
      'Temporal, or remove it from the inventory.';
    throw new ClientError('not-our-schedule', message);
  }

  async #call<T>(doing: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw translateClientError(error, { doing, workflowId: null, place: this.#place });
    }
  }
}
