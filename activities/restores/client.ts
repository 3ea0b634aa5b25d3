import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Archives } from './port.ts';

/** tar.gz in memory, by tar-stream. */
export const tarArchives: Archives = {
  async read(bytes, take) {
    const unpacked = extract();
    unpacked.on('entry', (header, content, next) => {
      if (header.type !== 'file') {
        content.resume().once('end', next);
        return;
      }
      const parts: Buffer[] = [];
      content
        .on('data', (part: Buffer) => parts.push(part))
        .once('error', next)
        .once('end', () => {
          try {
            take(header.name, Buffer.concat(parts));
            next();
          } catch (error) {
            next(error);
          }
        });
    });
    await pipeline(Readable.from([bytes]), createGunzip(), unpacked);
  },
};
