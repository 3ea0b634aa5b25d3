import { z } from 'zod';
import { slugs } from '../../workflows/slugs.ts';

const cron = z
  .string()
  .regex(
    /^(@(hourly|daily|weekly|monthly|yearly)|[\d*,/A-Za-z-]+( [\d*,/?A-Za-z-]+){4})$/,
    'five cron fields (minute, hour, day of month, month, day of week) such as 17 2 * * *, or @daily',
  );

const interval = z.string().regex(/^[1-9]\d{0,4}[mhd]$/, 'a number of minutes, hours or days, such as 30m, 6h or 1d');

const timeZone = z.string().refine(known, 'an IANA time zone such as Europe/Berlin');

function known(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** When a scenario is started by itself. A run never overlaps with the one before: it is skipped. */
export const scheduleSchema = z
  .strictObject({
    cron: cron.optional().describe('When, as a cron expression. Either this or `every`.'),
    every: interval.optional().describe('How often, counted from 1970-01-01 00:00 UTC. Either this or `cron`.'),
    timeZone: timeZone.optional().describe('Time zone of `cron`; default UTC.'),
    jitterMinutes: z
      .number()
      .int('a whole number')
      .min(0, '0 or more')
      .max(720, 'at most 720')
      .default(0)
      .describe('Each start is put off by a random time of at most so many minutes.'),
    catchUpMinutes: z
      .number()
      .int('a whole number')
      .min(1, '1 or more')
      .max(10_080, 'at most 10080')
      .default(60)
      .describe('A start that was missed because Temporal was away is made up for within so many minutes.'),
    pauseOnFailure: z
      .boolean()
      .default(false)
      .describe(
        'Pause after a run that broke. A paused backup is no backup, so the default is to go on and try again.',
      ),
    input: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('Input of the scenario, without `cluster`; checked by `schedules apply`.'),
  })
  .refine(({ cron, every }) => (cron === undefined) !== (every === undefined), 'either cron or every')
  .refine(({ cron, timeZone }) => cron !== undefined || timeZone === undefined, 'a time zone only beside cron');

/** One schedule a scenario: its id is `<scenario>/<cluster>`. */
export const schedulesSchema = z.partialRecord(z.enum(slugs), scheduleSchema);

export type Schedule = z.infer<typeof scheduleSchema>;
