import { beforeAll, describe, expect, it } from 'vitest';
import type { NewObject, S3Region } from '../../activities/s3/port.ts';

/** What the real client and the fake must do alike. `run` makes the keys of this run unique. */
export function s3Conformance(
  open: () => Promise<{ readonly region: S3Region; readonly bucket: string }>,
  run: string,
): void {
  let region: S3Region;
  let bucket: string;

  beforeAll(async () => {
    ({ region, bucket } = await open());
  });

  const object = (name: string, body: string): NewObject => ({
    bucket,
    key: `conformance/${run}/${name}`,
    body,
    contentType: 'text/plain',
    metadata: { 'saved-at': 'today', sha256: 'abc' },
  });

  describe('objects', () => {
    it('come back as they were stored, with their metadata', async () => {
      const body = 'näme: "ünïcode"\n---\nline\n';
      await region.put(object('whole', body));
      expect(await region.get(bucket, `conformance/${run}/whole`)).toMatchObject({
        body,
        metadata: { 'saved-at': 'today', sha256: 'abc' },
        storedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      });
    });

    it('are null when there are none', async () => {
      expect(await region.get(bucket, `conformance/${run}/nothing`)).toBeNull();
    });

    it('are replaced by put, and left alone by putIfAbsent', async () => {
      expect(await region.putIfAbsent(object('twice', 'first'))).toBe('stored');
      expect(await region.putIfAbsent(object('twice', 'second'))).toBe('already-there');
      expect((await region.get(bucket, `conformance/${run}/twice`))?.body).toBe('first');
      await region.put(object('twice', 'third'));
      expect((await region.get(bucket, `conformance/${run}/twice`))?.body).toBe('third');
    });

    it('are listed by prefix in the order of their keys, with their sizes in bytes', async () => {
      for (const name of ['list/b', 'list/a', 'listed']) await region.put(object(name, 'ü'));
      const found = await region.list(bucket, `conformance/${run}/list/`);
      expect(found.map(({ key, bytes }) => [key.split('/').at(-1), bytes])).toEqual([
        ['a', 2],
        ['b', 2],
      ]);
      expect(await region.list(bucket, `conformance/${run}/none/`)).toEqual([]);
    });
  });

  describe('a bucket', () => {
    it('says whether it keeps versions, and whether they can be locked', async () => {
      expect(await region.protection(bucket)).toEqual({ versioning: true, objectLock: true });
    });
  });

  describe('a bucket that does not exist', () => {
    it('is an error for every call, never an empty answer', async () => {
      const missing = `missing-${run}`;
      const calls = [
        () => region.get(missing, 'key'),
        () => region.list(missing, 'prefix'),
        () => region.put({ ...object('x', 'x'), bucket: missing }),
        () => region.putIfAbsent({ ...object('x', 'x'), bucket: missing }),
        () => region.protection(missing),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'not-found', retryable: false });
    });
  });
}
