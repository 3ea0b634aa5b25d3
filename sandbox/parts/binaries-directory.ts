import { lstatSync, mkdirSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import type { SandboxContext } from '../context.ts';
import type { PartName } from './catalogue.ts';
import { ensurePart } from './ensure-part.ts';

/** The directory of links to every program of the sandbox; it is first in the PATH of `<dir>/env`. */
export function binariesDirectory(context: SandboxContext): string {
  return context.path('bin');
}

/** Makes sure of the parts and links each by its name below `binariesDirectory`. Running programs keep what they run. */
export async function linkParts(context: SandboxContext, names: readonly PartName[]): Promise<void> {
  const dir = binariesDirectory(context);
  mkdirSync(dir, { recursive: true });
  for (const name of names) {
    const part = await ensurePart(name, context.report);
    replaceLink(`${dir}/${name}`, part.path);
  }
}

export function replaceLink(link: string, target: string): void {
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(link) === target) return;
  const scratch = `${link}.${process.pid}.tmp`;
  symlinkSync(target, scratch);
  renameSync(scratch, link);
}
