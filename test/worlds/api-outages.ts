/** Asks the API all the time, as a user would, and tells how long it was away. */
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';

export interface Outages {
  /** Ends the asking. `longestMs` is the longest time between two answers, less the pause between two questions. */
  end(): Promise<{ readonly longestMs: number; readonly calls: number }>;
}

const pauseMs = 100;

export function apiOutages(config: KubeConfig): Outages {
  const core = config.makeApiClient(CoreV1Api);
  let ended = false;
  let calls = 0;
  let longestMs = 0;
  let lastAnswer = Date.now();
  const asked = (async () => {
    while (!ended) {
      const answered = await core.readNamespace({ name: 'default' }).then(
        () => true,
        () => false,
      );
      calls += 1;
      longestMs = Math.max(longestMs, Date.now() - lastAnswer - pauseMs);
      if (answered) lastAnswer = Date.now();
      const due = Date.now() + pauseMs;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      // What this process overslept was no outage.
      lastAnswer += Math.max(0, Date.now() - due);
    }
  })();
  return {
    async end() {
      ended = true;
      await asked;
      return { longestMs, calls };
    },
  };
}
