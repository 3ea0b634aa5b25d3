import { proxyActivities } from '@temporalio/workflow';
import type { ConfigurationActivities } from '../../activities/configuration/types.ts';
import { changing, reading } from '../recovery/retries.ts';

export const { readConfigSettings, surveyConfig, checkConfigArchive, planConfigRestore } =
  proxyActivities<ConfigurationActivities>(reading);
export const { saveConfig, pruneConfigArchives, applyConfig } = proxyActivities<ConfigurationActivities>(changing);
