import type { WorkerProcess } from '../worker-process.ts';

/** A process that is started again whenever it has ended, as systemd does it. */
export interface KeptRunning {
  /** Kills the process that runs now; another one takes its place. */
  strike(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** Throws, through `stop`, when a start fails. */
export async function keepRunning(start: () => Promise<WorkerProcess>): Promise<KeptRunning> {
  let stopped = false;
  let current = await start();
  const watch = async (): Promise<void> => {
    while (!stopped) {
      await current.ended;
      if (!stopped) current = await start();
    }
    await current.kill();
  };
  const watching = watch();
  return {
    strike: () => current.kill(),
    async stop() {
      stopped = true;
      await current.kill();
      await watching;
    },
  };
}
