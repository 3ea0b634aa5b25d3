/** Runs at most `limit` tasks of a key at a time in this process; the others wait in order. */
export function limitConcurrency(limit: number): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const lanes = new Map<string, { running: number; readonly waiting: (() => void)[] }>();
  return async (key, task) => {
    const lane = lanes.get(key) ?? { running: 0, waiting: [] };
    lanes.set(key, lane);
    if (lane.running >= limit) await new Promise<void>((resolve) => lane.waiting.push(resolve));
    else lane.running += 1;
    try {
      return await task();
    } finally {
      const next = lane.waiting.shift();
      if (next !== undefined)
        next(); // takes over this place
      else lane.running -= 1;
      if (lane.running === 0) lanes.delete(key);
    }
  };
}
