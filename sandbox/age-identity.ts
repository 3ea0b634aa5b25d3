/** The age identity of the sandbox's operator, as `age-keygen` would write it. */
import { existsSync, readFileSync } from 'node:fs';
import type { SandboxContext } from './context.ts';
import { writeIfChanged } from './write-if-changed.ts';

export function ageIdentityPath(context: SandboxContext): string {
  return context.path('secrets', 'age-identity.txt');
}

export async function ensureAgeIdentity(context: SandboxContext): Promise<void> {
  const path = ageIdentityPath(context);
  if (existsSync(path)) return;
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const identity = await generateX25519Identity();
  writeIfChanged(path, `# public key: ${await identityToRecipient(identity)}\n${identity}\n`);
}

export function ageRecipient(context: SandboxContext): string {
  const [, recipient] = /^# public key: (\S+)$/m.exec(readFileSync(ageIdentityPath(context), 'utf8')) ?? [];
  if (recipient === undefined) throw new Error(`${ageIdentityPath(context)} names no public key`);
  return recipient;
}
