/** Does the work for all items, at most `width` at a time. The first failure ends it once those under way have settled. */
export async function inChunks<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += width) {
    const settled = await Promise.allSettled(items.slice(from, from + width).map(work));
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}
