import type { Sandbox } from '../../../sandbox/sandbox.ts';
import type { Slug } from '../../../workflows/slugs.ts';

/**
 * One recovery in whose course processes die again and again: what cannot be one case a death, because the situation is the whole
 * cluster and takes a minute to make. The sandbox is rewound by it.
 */
export interface Storm {
  readonly slug: Slug;
  readonly title: string;
  /** What does not hold afterwards, one sentence each. */
  run(sandbox: Sandbox): Promise<string[]>;
}

/** Control-plane hosts that the sandbox of a storm needs. */
export const stormHosts = 3;

export function describeStorm({ slug, title }: Storm): string {
  return `${slug}: ${title}`;
}
