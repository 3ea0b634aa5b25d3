import { createHash } from 'node:crypto';
import { chmodSync, createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { downloadsForbidden } from '../environment.ts';
import type { Release, Report } from './recipe.ts';
import { runTool } from './run-tool.ts';

/** Milliseconds to the first answer; a machine without internet should go on to the next way at once. */
const connectTimeoutMs = 4_000;
const unreachableHosts = new Set<string>();

/** The SHA-256 of `fileName` in a checksum file: a bare digest, or the line that names the file. */
export function digestIn(text: string, fileName: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const named = lines.find((line) => line.endsWith(fileName) && /^[0-9a-f]{64}\b/.test(line));
  if (named) return named.slice(0, 64);
  return lines.length <= 2 && /^[0-9a-f]{64}$/.test(lines[0] ?? '') ? lines[0] : undefined;
}

async function fetchText(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(connectTimeoutMs) });
    return response.ok ? await response.text() : undefined;
  } catch {
    unreachableHosts.add(new URL(url).host);
    return undefined;
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function progress(task: string, total: number, report: Report): Transform {
  let seen = 0;
  let told = Date.now();
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (Date.now() - told > 5_000) {
        told = Date.now();
        report(`${task}: ${(seen / 1e6).toFixed(0)} of ${total ? (total / 1e6).toFixed(0) : '?'} MB`);
      }
      done(null, chunk);
    },
  });
}

/**
 * Fetches the release into `target` after checking its digest. Returns false, having written nothing, when the release or its
 * digest cannot be reached; throws when the digest is wrong.
 */
export async function downloadRelease(
  task: string,
  release: Release,
  target: string,
  report: Report,
): Promise<boolean> {
  const fileName = release.url.split('/').at(-1) ?? '';
  if (downloadsForbidden() || unreachableHosts.has(new URL(release.checksumUrl).host)) return false;
  const checksums = await fetchText(release.checksumUrl);
  const expected = checksums === undefined ? undefined : digestIn(checksums, fileName);
  if (!expected) return false;
  report(`${task}: downloading ${fileName}`);
  const scratch = `${target}.download`;
  mkdirSync(dirname(target), { recursive: true });
  try {
    const response = await fetch(release.url);
    if (!response.ok || !response.body) return false;
    const total = Number(response.headers.get('content-length') ?? 0);
    await pipeline(Readable.fromWeb(response.body), progress(task, total, report), createWriteStream(scratch));
    const found = await sha256(scratch);
    if (found !== expected) throw new Error(`${fileName} has SHA-256 ${found}, its publisher says ${expected}`);
    await unpack(scratch, release.member, target);
    return true;
  } finally {
    rmSync(scratch, { force: true });
  }
}

async function unpack(file: string, member: string | undefined, target: string): Promise<void> {
  if (member === undefined) {
    await pipeline(createReadStream(file), createWriteStream(target));
  } else {
    const dir = `${target}.unpacked`;
    mkdirSync(dir, { recursive: true });
    await runTool('tar', ['-xzf', file, '-C', dir, member]);
    await pipeline(createReadStream(join(dir, member)), createWriteStream(target));
    rmSync(dir, { recursive: true });
  }
  chmodSync(target, 0o755);
}
