import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { join } from 'node:path';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import { type DiskCounters, diskBetween, parseDiskCounters } from './etcd-metrics.ts';
import { firstUrl, type Host, manifestOf } from './host.ts';
import type { EtcdDisk, MeasureDiskInput } from './types.ts';

const pauseMs = 250;
const answerLimitMs = 3_000;

/**
 * How long writes of this host's member wait for its disk: the difference of two looks at its metrics, the second once enough was written
 * in between, at the latest at the limit. Null when the member tells no metrics, or was started anew in between.
 */
export async function measureDisk(
  host: Host,
  { enoughSyncs, limitSeconds }: MeasureDiskInput,
  pace: Pace,
): Promise<EtcdDisk | null> {
  const { flags } = manifestOf(host, 'etcd').pod;
  if (flags['unsafe-no-fsync'] === 'true') {
    const none = { count: 0, buckets: [] };
    return { syncs: false, seconds: 0, walFsync: none, backendCommit: none, leaderChanges: 0, slowApplies: 0 };
  }
  const url = new URL('/metrics', firstUrl(flags['listen-metrics-urls']) || firstUrl(flags['advertise-client-urls']));
  const began = pace.now();
  try {
    const before = await look(host, url, pace.signal());
    for (;;) {
      await pace.sleep(pauseMs);
      const after = await look(host, url, pace.signal());
      const seconds = (pace.now() - began) / 1000;
      const seen = diskBetween(before, after, seconds);
      if (seen.walFsync.count < 0) return null;
      if (seen.walFsync.count >= enoughSyncs || seconds >= limitSeconds) return seen;
    }
  } catch (error) {
    if (error instanceof RekindleError) return null;
    throw error;
  }
}

/** kubeadm serves them without TLS on the loopback; the client URL serves them to who has a client certificate. */
function look(host: Host, url: URL, signal: AbortSignal): Promise<DiskCounters> {
  const pki = (file: string) => readFileSync(join(host.settings.pki, 'etcd', file));
  const common = { timeout: answerLimitMs, agent: false, signal } as const;
  return new Promise((resolve, reject) => {
    const failed = (cause?: unknown) =>
      reject(
        signal.aborted
          ? (signal.reason as Error)
          : new RekindleError('unavailable', `${host.settings.host}: etcd tells no metrics`, { cause }),
      );
    const read = (answer: http.IncomingMessage) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.once('error', failed);
      answer.once('end', () => (answer.statusCode === 200 ? resolve(parseDiskCounters(text)) : failed()));
    };
    const certificates = () => ({
      ca: pki('ca.crt'),
      cert: pki('healthcheck-client.crt'),
      key: pki('healthcheck-client.key'),
    });
    const request =
      url.protocol === 'https:' ? https.get(url, { ...common, ...certificates() }, read) : http.get(url, common, read);
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.once('error', failed);
  });
}
