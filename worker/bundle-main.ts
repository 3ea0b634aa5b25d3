/**
 * Makes the bundle of the workflows: `bundle-main.ts <module of workflows> <file to write>`. In a process of its own, because bundling
 * takes several times the memory that a worker may hold, and a process does not give it back.
 */
import { writeFileSync } from 'node:fs';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { failureConverterPath } from '../temporal/data-converter.ts';
import { workflowInterceptorModules } from './workflow-bundle.ts';

const [workflowsPath = '', file = ''] = process.argv.slice(2);
const { code } = await bundleWorkflowCode({
  workflowsPath,
  workflowInterceptorModules,
  failureConverterPath,
  logger: new DefaultLogger('WARN'),
  // Every worker keeps the map for the places in its stack traces. The texts of the sources in it serve nobody, and cost it 15 MiB.
  webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
});
writeFileSync(file, code);
