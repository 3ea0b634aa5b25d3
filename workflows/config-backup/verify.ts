import type { Evidence } from '../recovery/evidence.ts';
import type { Check, ScenarioContext } from '../recovery/scenario.ts';
import { checkConfigArchive, planConfigRestore } from './ports.ts';
import type { ConfigMemory, ConfigWork } from './work.ts';

/** The archive is stored and opens; what was restored is as in the archive, by the API server's own word. */
export function checks(work: ConfigWork, memory: ConfigMemory, context: ScenarioContext): readonly Check[] {
  const { restore } = work;
  return [
    stored(work, memory, context),
    ...(restore === null ? [] : [applied(work, restore, context), ...refused(restore)]),
  ];
}

function placeOf({ cluster, region, bucket }: ConfigWork, { recoveryId, workflowId }: ScenarioContext) {
  return { cluster, region, bucket, recoveryId, workflowId };
}

function stored(work: ConfigWork, { saved }: ConfigMemory, context: ScenarioContext): Check {
  const about = {
    claim: 'consistent',
    target: `s3://${work.bucket}/${saved?.key ?? ''}`,
    source: 'S3 GetObject, age',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      const {
        stored: same,
        content,
        detail,
      } = await checkConfigArchive({ ...placeOf(work, context), archive: saved?.key ?? '' });
      return { ...about, outcome: same && content !== false ? 'proved' : 'disproved', detail };
    },
  };
}

type Restore = NonNullable<ConfigWork['restore']>;

function applied(work: ConfigWork, { archive, kinds }: Restore, context: ScenarioContext): Check {
  const about = {
    claim: 'restored',
    target: `configuration of ${work.cluster}`,
    source: 'PATCH ?dryRun=All of every object',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      const { counts, samples } = await planConfigRestore({ ...placeOf(work, context), archive, kinds });
      const open = counts.create + counts.change;
      const detail = `${counts.same} objects are as in ${archive}${open === 0 ? '' : `; still different: ${samples.slice(0, 5).join(', ')}`}`;
      return { ...about, outcome: open === 0 ? 'proved' : 'disproved', detail };
    },
  };
}

function refused({ refused: lines }: Restore): Check[] {
  return lines.map((line) => ({
    claim: 'restored',
    target: line.split(':')[0] ?? line,
    run: async () => ({
      claim: 'restored',
      target: line.split(':')[0] ?? line,
      outcome: 'disproved',
      detail: line,
      source: 'PATCH ?dryRun=All',
      next: 'Delete the object by hand where a field is immutable, make its namespace where that is missing; then start again.',
    }),
  }));
}
