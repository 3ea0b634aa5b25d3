import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { applyConfig, pruneConfigArchives, saveConfig } from './ports.ts';
import type { ConfigMemory, ConfigWork } from './work.ts';

/** Saves what is there; for a restore that is the way back, and then the archive is applied. */
export function steps(
  work: ConfigWork,
  memory: ConfigMemory,
  { recoveryId, workflowId }: ScenarioContext,
): readonly Step[] {
  const { cluster, region, bucket, restore } = work;
  const place = { cluster, region, bucket, recoveryId, workflowId };
  const save: Step = {
    id: 'save-configuration',
    title: restore === null ? 'Save the configuration, encrypted' : 'Save the configuration as it is now, encrypted',
    target: `s3://${bucket}`,
    effect: 'create',
    expectedSeconds: 5,
    skippable: false,
    undo: null,
    run: async () => {
      const saved = await saveConfig({ ...place, part: restore === null ? 'backup' : 'before-restore' });
      memory.saved = saved;
      const { diff } = saved;
      const told = diff === null ? 'the first archive' : diffLine(diff);
      return `s3://${bucket}/${saved.key}: ${saved.bytes} bytes, digest ${saved.digest.slice(0, 16)}; ${told}`;
    },
  };
  const last: Step =
    restore === null
      ? {
          id: 'prune',
          title: 'Remove archives that are no longer kept',
          target: `s3://${bucket}`,
          effect: 'delete',
          expectedSeconds: 2,
          skippable: true,
          undo: null,
          run: () => pruneConfigArchives(place),
        }
      : {
          id: 'apply-configuration',
          title: 'Write the objects of the archive by server-side apply',
          target: `${restore.changes} objects of ${cluster}`,
          effect: 'change',
          expectedSeconds: 2 + Math.ceil(restore.changes / 20),
          skippable: false,
          pointOfNoReturn: 'objects are being written; the archive of before has how they were',
          undo: null,
          run: async () => {
            const { counts } = await applyConfig({ ...place, archive: restore.archive, kinds: restore.kinds });
            return `${counts.create} created, ${counts.change} changed, ${counts.same} as they were, ${counts.refused} refused`;
          },
        };
  return [save, last];
}

export function diffLine({
  added,
  removed,
  changed,
  samples,
}: NonNullable<NonNullable<ConfigMemory['saved']>['diff']>): string {
  if (added + removed + changed === 0) return 'as in the last archive';
  return `since the last archive ${changed} changed, ${added} added, ${removed} removed: ${samples.join(', ')}`;
}
