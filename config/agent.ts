import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';

const path = z.string().min(1, 'a path');

/** What an agent knows of its host: `agent.yaml`. The defaults are those of kubeadm. It holds no secret. */
export const agentSchema = z.strictObject({
  cluster: z.string().min(1, 'the cluster as the inventory names it'),
  host: z.string().min(1, 'the host as the inventory names it'),
  manifests: path.default('/etc/kubernetes/manifests').describe('Folder of the static pods.'),
  pki: path.default('/etc/kubernetes/pki'),
  /** Beside, not below, the folder of the static pods, and on the same file system. */
  parked: path.default('/etc/kubernetes/rekindle/parked').describe('Where manifests wait while their pod is stopped.'),
  scratch: path
    .default('/var/lib/rekindle/scratch')
    .describe('Room for a snapshot and a trial restore of it; emptied afterwards.'),
  tools: z
    .strictObject({
      crictl: path.default('crictl'),
      etcdctl: path.default('etcdctl'),
      etcdutl: path.default('etcdutl'),
    })
    .prefault({}),
});

export type AgentSettings = z.infer<typeof agentSchema>;

/** Reads and checks `agent.yaml`. Throws ConfigError. Relative paths start at the folder of the file; tools are looked up in PATH. */
export function loadAgentSettings(file: string): AgentSettings {
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError(file, 'cannot be read as YAML: copy deploy/agent/agent.example.yaml', [], { cause });
  }
  const outcome = agentSchema.safeParse(value);
  if (!outcome.success) {
    const said = outcome.error.issues.map(({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}`);
    throw new ConfigError(file, said.join('; '), []);
  }
  const base = dirname(resolve(file));
  const { manifests, pki, parked, scratch } = outcome.data;
  return {
    ...outcome.data,
    manifests: resolve(base, manifests),
    pki: resolve(base, pki),
    parked: resolve(base, parked),
    scratch: resolve(base, scratch),
  };
}

/** What the agent's child processes inherit: enough to find their programs, and no credential. */
export function childEnvironment(variables: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string>> {
  const fallback = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return { PATH: variables.PATH ?? fallback, HOME: variables.HOME ?? '/' };
}
