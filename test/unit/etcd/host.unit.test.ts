import { describe, expect, it } from 'vitest';
import { encryptionKeyIds } from '../../../activities/etcd/encryption-keys.ts';
import { parseExactJson } from '../../../activities/etcd/exact-json.ts';
import { etcdComplaint } from '../../../activities/hosts/etcd-health.ts';
import { unseal } from '../../../activities/hosts/saved-files.ts';
import { seal } from '../../../activities/hosts/sealing.ts';
import { addressesOf, parseStaticPod, versionOfImage } from '../../../activities/hosts/static-pod.ts';
import { etcdOf, names } from './members-world.ts';

describe('JSON of etcd', () => {
  it('keeps ids beyond 2^53 digit for digit, and leaves texts and small numbers alone', () => {
    const text = '{"id":18446744073709551615,"revision":12,"name":"a \\"12345678901234567890\\" b"}';
    expect(parseExactJson(text)).toEqual({
      id: '18446744073709551615',
      revision: 12,
      name: 'a "12345678901234567890" b',
    });
  });
});

describe('a static pod', () => {
  const pod = parseStaticPod(
    [
      'metadata: {name: etcd}',
      'spec:',
      '  containers:',
      '    - image: registry.k8s.io/etcd:3.6.16-0',
      '      command:',
      '        - etcd',
      '        - --listen-client-urls=https://127.0.0.1:2379,https://10.0.0.11:2379',
      '        - --listen-peer-urls=https://10.0.0.11:2380',
    ].join('\n'),
  );

  it('is proved stopped on every address on which it listens', () => {
    expect(pod && addressesOf(pod)).toEqual([
      { host: '127.0.0.1', port: 2379 },
      { host: '10.0.0.11', port: 2379 },
      { host: '10.0.0.11', port: 2380 },
    ]);
  });

  it('tells its version by its image', () => {
    expect(versionOfImage(pod?.image ?? '')).toBe('3.6.16');
    expect(versionOfImage('etcd@sha256:ab')).toBeNull();
  });

  it('is none when the file is no manifest', () => {
    expect(parseStaticPod('a: [')).toBeNull();
    expect(parseStaticPod('metadata: {name: x}')).toBeNull();
  });
});

describe('keys that encrypt Secrets', () => {
  const configuration = (secret: string) =>
    `resources: [{resources: [secrets], providers: [{secretbox: {keys: [{name: key1, secret: ${secret}}]}}, {identity: {}}]}]`;

  it('have an identity that tells two keys apart and does not hold the key', () => {
    const [one] = encryptionKeyIds(configuration('b25lb25lb25l'));
    const [two] = encryptionKeyIds(configuration('dHdvdHdvdHdv'));
    expect(one).toMatch(/^secretbox\/key1\/[0-9a-f]{16}$/);
    expect(one).not.toBe(two);
    expect(one).not.toContain('b25lb25lb25l');
  });
});

describe('members that should agree', () => {
  it('have nothing to complain about when they do', () => {
    expect(etcdComplaint(etcdOf(), [...names], 100)).toBeNull();
  });

  it.each([
    ['no answer from https://two:2379', etcdOf(['two']), 0],
    ['is at revision 100, wanted 101', etcdOf(), 101],
    ['the hashes at revision 100 differ', etcdOf([], { one: 8 }), 0],
    ['alarm CORRUPT of member 1', { ...etcdOf(), alarms: [{ memberId: '1', alarm: 'CORRUPT' }] }, 0],
  ] as const)('are told apart: %s', (complaint, facts, minimum) => {
    expect(etcdComplaint(facts, [...names], minimum)).toContain(complaint);
  });

  it('are not those that were expected', () => {
    expect(etcdComplaint(etcdOf(), ['one', 'two'], 0)).toBe('the members are one, three, two');
  });
});

describe('files that were saved off a host', () => {
  const key = { id: 'k1', key: new Uint8Array(32).fill(7) };

  it('cannot be opened with another key', () => {
    const sealed = seal(key, Buffer.from('anything'));
    expect(() => unseal({ id: 'k1', key: new Uint8Array(32).fill(8) }, sealed)).toThrow();
  });
});
