import { activityPace } from '../pace.ts';
import { archiveSummary, type ConfigDependencies, checkArchive, readRecords, saveConfig } from './archives.ts';
import { collectConfiguration } from './collect.ts';
import { restoreConfig } from './restore.ts';
import type { ConfigurationActivities } from './types.ts';

export type { ConfigurationActivities } from './types.ts';

export function createConfigurationActivities({
  pace = activityPace,
  ...rest
}: Omit<ConfigDependencies, 'pace'> & Partial<Pick<ConfigDependencies, 'pace'>>): ConfigurationActivities {
  const deps: ConfigDependencies = { ...rest, pace };
  return {
    /** Safe to retry: reads only what the worker holds. */
    async readConfigSettings({ cluster }) {
      return {
        recipients: deps.recipients(cluster),
        canOpen: deps.identities(cluster) !== null,
        keepCount: deps.keepCount(cluster),
      };
    },

    /** Safe to retry: reads only. */
    async surveyConfig(input) {
      const { counts, skipped } = await collectConfiguration(deps.clusters.cluster(input.cluster), pace.signal());
      const { records } = await readRecords(deps, input);
      return { counts, skipped, archives: records.map(archiveSummary) };
    },

    /**
     * Safe to retry: looks for the record of this recovery first. An archive without a record, as a killed worker may leave, is none.
     * @throws RekindleError `precondition-unmet` without a codec key
     */
    saveConfig: (input) => saveConfig(deps, input),

    /** Safe to retry: reads only. @throws RekindleError `definitions-damaged` when it cannot be opened */
    checkConfigArchive: (input) => checkArchive(deps, input),

    /** Safe to retry: what is gone is not listed again. */
    async pruneConfigArchives(input) {
      const { keys } = await readRecords(deps, input, 0);
      const store = deps.stores.region(input.region);
      const surplus = keys.sort().reverse().slice(deps.keepCount(input.cluster));
      for (const record of surplus) {
        // The record first: an archive without one is not taken for whole.
        await store.remove(input.bucket, record);
        await store.remove(input.bucket, record.replace(/\.record\.json$/, ''));
      }
      return `${surplus.length} removed, ${keys.length - surplus.length} kept`;
    },

    /** Safe to retry: every object is asked as a dry run. @throws RekindleError `precondition-unmet` without an identity */
    planConfigRestore: (input) => restoreConfig(deps, input, { rehearse: true }),

    /** Safe to retry: what is as it was saved is not written again. */
    applyConfig: (input) => restoreConfig(deps, input, { rehearse: false }),
  };
}
