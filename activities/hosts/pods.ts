import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { type Look, poll } from '../kubernetes/polling.ts';
import type { Pace } from '../pace.ts';
import { answersPeers } from './answers.ts';
import { type FoundManifest, findManifest, firstUrl, type Host, manifestOf } from './host.ts';
import { listens } from './listens.ts';
import { onThisHost } from './pauses.ts';
import { runTool } from './run-tool.ts';
import { addressesOf, addressText, type StaticPodName } from './static-pod.ts';
import type { StopPodsInput, StopProof } from './types.ts';

/** A member that is ready answers within milliseconds; one that is not keeps the question until it is. */
const answerMs = 5_000;

interface CrictlContainers {
  readonly containers?: readonly {
    readonly id: string;
    readonly state: string;
    readonly metadata?: { name?: string };
  }[];
}

export interface Containers {
  readonly running: readonly string[];
  readonly exited: readonly string[];
}

/** Containers of each static pod as the runtime tells them, in one question. Throws when the runtime gives no answer. */
export async function readContainers({ settings, environment }: Host): Promise<(name: StaticPodName) => Containers> {
  const { exitCode, stdout } = await runTool({
    program: settings.tools.crictl,
    args: ['ps', '-a', '-o', 'json'],
    env: environment,
    limitSeconds: 45,
  });
  let parsed: CrictlContainers | null = null;
  try {
    parsed = JSON.parse(stdout) as CrictlContainers;
  } catch {
    // judged below
  }
  if (exitCode !== 0 || parsed === null || !Array.isArray(parsed.containers ?? [])) {
    throw new RekindleError('unavailable', `${settings.host}: crictl ps gave no answer (exit code ${exitCode})`);
  }
  const all = parsed.containers ?? [];
  return (name) => {
    const own = all.filter(({ metadata }) => metadata?.name === name);
    // Created and unknown count as running: only what has exited is proved not to run.
    const exited = own.filter(({ state }) => state === 'CONTAINER_EXITED');
    return {
      running: own.filter((container) => !exited.includes(container)).map(({ id }) => id),
      exited: exited.map(({ id }) => id),
    };
  };
}

/** The addresses of a pod whose manifest is parked, all closed at this moment; else what speaks against it. */
async function closedPorts({ settings }: Host, name: StaticPodName, manifest: FoundManifest | null) {
  if (manifest === null) return `${settings.host}: no manifest of ${name}, so its ports are not known`;
  if (manifest.place === 'in-place') return `${settings.host}: the manifest of ${name} is in place`;
  const addresses = addressesOf(manifest.pod);
  if (addresses.length === 0) return `${settings.host}: the manifest of ${name} tells no port`;
  for (const address of addresses) {
    if (await listens(address)) return `${settings.host}: ${addressText(address)} of ${name} is open`;
  }
  return addresses.map(addressText);
}

/** The proof of each pod, or of the first that has none why. The runtime is asked once no port is open: that costs more. */
async function proofsOf(host: Host, names: readonly StaticPodName[], pace: Pace): Promise<StopProof[] | string> {
  const closed: [StaticPodName, readonly string[]][] = [];
  for (const name of names) {
    const ports = await closedPorts(host, name, findManifest(host, name));
    if (typeof ports === 'string') return ports;
    closed.push([name, ports]);
  }
  const containers = await readContainers(host);
  const provedAt = new Date(pace.now()).toISOString();
  const proofs: StopProof[] = [];
  for (const [pod, ports] of closed) {
    const { running, exited } = containers(pod);
    if (running.length > 0) return `${host.settings.host}: ${pod} runs in container ${running[0]?.slice(0, 12)}`;
    proofs.push({ pod, exitedContainers: exited, closedPorts: ports, provedAt });
  }
  return proofs;
}

/** Throws `not-proved-stopped` unless each pod is proved stopped at this very moment. */
export async function proveStopped(host: Host, names: readonly StaticPodName[], pace: Pace): Promise<StopProof[]> {
  const proofs = await proofsOf(host, names, pace);
  if (typeof proofs === 'string') throw new RekindleError('not-proved-stopped', proofs);
  return proofs;
}

/**
 * Parks the manifests, then waits for the proof of each. Moving a manifest is only a wish; the kubelet acts on it later. With
 * `graceSeconds` the runtime ends what hangs: without its manifest nothing starts it again.
 */
export async function stopPods(
  host: Host,
  { pods: names, limitSeconds, graceSeconds }: StopPodsInput,
  pace: Pace,
): Promise<StopProof[]> {
  const { manifests, parked } = host.settings;
  mkdirSync(parked, { recursive: true, mode: 0o700 });
  for (const name of names) {
    const { file, place } = manifestOf(host, name);
    if (place === 'in-place') renameSync(join(manifests, file), join(parked, file));
  }
  const began = pace.now();
  const look = async () => {
    const proofs = await proofsOf(host, names, pace);
    if (typeof proofs !== 'string') return { done: proofs };
    if (graceSeconds !== undefined && pace.now() - began >= graceSeconds * 1000) await endContainers(host, names);
    return { missing: proofs };
  };
  return poll(pace, limitSeconds, 'static-pod-running', look, pace.now(), onThisHost);
}

/** At once. How it went is told by the proof that is looked for next. */
async function endContainers(host: Host, names: readonly StaticPodName[]): Promise<void> {
  const { settings, environment } = host;
  const containers = await readContainers(host);
  const ids = names.flatMap((name) => containers(name).running);
  if (ids.length === 0) return;
  const args = ['stop', '--timeout=0', ...ids];
  await runTool({ program: settings.tools.crictl, args, env: environment, limitSeconds: 45 });
}

/** Puts the manifests back; with `untilListening` waits until each has begun to serve. */
export async function startPods(
  host: Host,
  names: readonly StaticPodName[],
  limitSeconds: number,
  untilListening: boolean,
  pace: Pace,
): Promise<string> {
  const { manifests, parked } = host.settings;
  for (const name of names) {
    const { file, place } = manifestOf(host, name);
    if (place === 'parked') renameSync(join(parked, file), join(manifests, file));
    else if (existsSync(join(parked, file))) renameSync(join(parked, file), join(parked, `${file}.superseded`));
  }
  if (!untilListening) return `manifests in place: ${names.join(', ')}`;
  await Promise.all(
    names.map((name) =>
      poll(pace, limitSeconds, 'static-pod-not-started', () => lookForStart(host, name), pace.now(), onThisHost),
    ),
  );
  return `running: ${names.join(', ')}`;
}

/** Every port is open; a member of etcd answers its peers as well. */
async function lookForStart(host: Host, name: StaticPodName): Promise<Look<true>> {
  const { pod } = manifestOf(host, name);
  for (const address of addressesOf(pod)) {
    if (await listens(address)) continue;
    return { missing: `${host.settings.host}: ${name} does not listen on ${addressText(address)} yet` };
  }
  const forPeers = firstUrl(pod.flags['listen-peer-urls']);
  if (await answersPeers(host, forPeers, answerMs)) return { done: true };
  return { missing: `${host.settings.host}: ${name} does not answer its peers on ${forPeers} yet` };
}
