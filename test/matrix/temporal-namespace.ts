import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { readEnvironment } from '../../config/environment.ts';
import { loadSettings, type Settings } from '../../config/settings.ts';
import { ownerVariable } from '../../sandbox/processes/detached-process.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { connectClient, type TemporalClient } from '../../temporal/client.ts';
import { ensureSearchAttributes } from '../../temporal/ensure-search-attributes.ts';

/**
 * A namespace of the sandbox's Temporal server for one line of recoveries: with leases, runs and a task queue of its own, so that a
 * worker that dies takes nobody else's work with it.
 */
export interface OwnNamespace {
  readonly namespace: string;
  readonly settings: Settings;
  readonly client: Client;
  /** What a worker or a command in this namespace needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function openNamespace(sandbox: Sandbox, namespace: string): Promise<OwnNamespace> {
  const home = await connectClient(loadSettings(readEnvironment({ ...sandbox.env, TEMPORAL_NAMESPACE: 'default' })));
  try {
    await home.connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
  } finally {
    await home.close();
  }
  // With the mark, what a run that is broken off has started goes away with its sandbox. The name is in the user agent of its AWS calls,
  // so that faults may strike them, and the journal tell them, apart from those of others on the same sandbox.
  const env = {
    ...sandbox.env,
    TEMPORAL_NAMESPACE: namespace,
    AWS_SDK_UA_APP_ID: namespace,
    [ownerVariable]: sandbox.dir,
  };
  const settings = loadSettings(readEnvironment(env));
  const temporal = await waitFor(`the namespace ${namespace}`, () => connected(settings), {
    timeoutMs: 60_000,
    intervalMs: 250,
  });
  return { namespace, settings, client: temporal.client, env, close: temporal.close };
}

/** A new namespace is known to every part of the server only after seconds. */
async function connected(settings: Settings): Promise<TemporalClient> {
  const temporal = await connectClient(settings);
  try {
    await ensureSearchAttributes(temporal.connection, settings.inventory.temporal.namespace);
    await temporal.connection.workflowService.listWorkflowExecutions({
      namespace: settings.inventory.temporal.namespace,
    });
    return temporal;
  } catch (error) {
    await temporal.close();
    throw error;
  }
}
