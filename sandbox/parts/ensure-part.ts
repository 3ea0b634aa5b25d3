import type { LocatedPart, PartName } from './catalogue.ts';

export type Report = (line: string) => void;

/**
 * The part, ready to run: from PATH (only in the wanted version), else from the cache, else downloaded from the official
 * release, else built from source. Says through `report` which of them happens. Calls at the same time, also from other
 * processes, wait for each other.
 */
export async function ensurePart(name: PartName, report: Report = () => {}): Promise<LocatedPart> {
  throw new Error(`not built yet: ${name} ${String(report)}`);
}
