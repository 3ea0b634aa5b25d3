import { beforeAll, describe, expect, it } from 'vitest';
import { judgeCertificate } from '../../../activities/hosts/certificates.ts';
import type { CertificateFacts, HostFacts } from '../../../activities/hosts/types.ts';
import { type KeyedCertificate, makeAuthority, makeLeaf } from '../../../sandbox/cluster/certificates.ts';
import {
  badCertificates,
  endingCertificates,
  misnamedCertificates,
  soundCertificates,
} from '../../../workflows/etcd-restore/certificates.ts';
import { hostOf } from './members-world.ts';

const dayMs = 24 * 60 * 60 * 1000;
const now = Date.now();
let authority: KeyedCertificate;
let another: KeyedCertificate;
let leaf: KeyedCertificate;

beforeAll(async () => {
  authority = await makeAuthority('etcd');
  another = await makeAuthority('etcd');
  leaf = await makeLeaf(authority, { commonName: 'peer', usages: ['server'], notAfter: new Date(now + 10.5 * dayMs) });
});

const judged = (over: Partial<Parameters<typeof judgeCertificate>[0]> = {}, at = now) =>
  judgeCertificate({ certificate: leaf.certificate, key: leaf.key, authority: authority.certificate, ...over }, at);

describe('a certificate', () => {
  it('serves within its time, with its key, by an authority that the other side knows', () => {
    expect(judged()).toMatchObject({ daysLeft: 10, problem: null });
    const both = another.certificate + authority.certificate;
    expect(judged({ authority: both })).toMatchObject({ problem: null });
  });

  it('does not once it ran out, nor while the clock of the host is behind', () => {
    expect(judged({}, now + 11 * dayMs).problem).toMatch(/^ran out at \d{4}-/);
    expect(judged({}, now - 3 * dayMs).problem).toMatch(/^is not valid before .*, and the clock of the host says /);
  });

  it('does not by another authority of the same name, nor with another key', () => {
    expect(judged({ authority: another.certificate }).problem).toContain('none of the authorities');
    expect(judged({ key: another.key }).problem).toBe('does not belong to its key');
  });

  it('counts without what the agent may not read; not at all when it cannot be read itself', () => {
    expect(judged({ key: null, authority: null }).problem).toBeNull();
    for (const certificate of [null, 'no PEM']) {
      expect(judged({ certificate })).toEqual({ expiresAt: null, daysLeft: null, problem: 'cannot be read' });
    }
  });

  it('is told when it does not have the name or address by which it is reached, wherever its subject has it', async () => {
    const made = {
      commonName: 'peer-1',
      usages: ['server'],
      dnsNames: ['*.etcd.internal'],
      addresses: ['10.0.0.1', '::1'],
    } as const;
    const { certificate } = await makeLeaf(authority, made);
    const unnamed = (name: string) => judgeCertificate({ certificate, name }, now).unnamed;
    expect(['one.etcd.internal', '10.0.0.1', '::1'].map(unnamed)).toEqual([undefined, undefined, undefined]);
    expect(['peer-1', 'etcd.internal', '10.0.0.2'].map(unnamed)).toEqual(['peer-1', 'etcd.internal', '10.0.0.2']);
    expect(judged()).not.toHaveProperty('unnamed');
  });

  it('of an authority lasts as long as the last in its file: two are in it while it is exchanged', () => {
    const [first, last] = [leaf.certificate, authority.certificate];
    expect(judgeCertificate({ certificate: first + last }, now + 20 * dayMs).problem).toBeNull();
  });
});

describe('certificates of hosts', () => {
  const hosts = (...certificates: CertificateFacts[]): HostFacts[] => [hostOf('one'), hostOf('two', { certificates })];
  const file = { file: 'peer.crt', expiresAt: '2027-01-01T00:00:00.000Z', daysLeft: 90, problem: null };

  it('that are bad are told with their host; nothing is known where an agent of before tells none', () => {
    expect(badCertificates(hosts({ ...file, problem: 'ran out' }))).toEqual(['peer.crt of host-two ran out']);
    expect(badCertificates(hosts(file))).toEqual([]);
    expect(soundCertificates([hostOf('one')])).toEqual([]);
  });

  it('that do not name their host are told, and are a precondition that blocks nothing', () => {
    const misnamed = hosts({ ...file, unnamed: '10.0.0.2' });
    const clause = 'peer.crt of host-two does not name 10.0.0.2, by which others reach it';
    expect(misnamedCertificates(misnamed)).toEqual([clause]);
    expect(soundCertificates(misnamed)).toMatchObject([{ met: true }, { met: false, blocking: false, detail: clause }]);
    expect(badCertificates(misnamed)).toEqual([]);
  });

  it('that run out within a month are told, and are a precondition that blocks nothing', () => {
    const soon = { ...file, file: 'server.crt', expiresAt: '2026-12-01T00:00:00.000Z', daysLeft: 29 };
    expect(endingCertificates(hosts(file, soon))).toEqual([
      'The certificate server.crt of host-two runs out at 2026-12-01T00:00:00.000Z.',
    ]);
    expect(soundCertificates(hosts(file, soon))).toMatchObject([{ met: false, blocking: false }]);
    expect(soundCertificates(hosts(file))).toMatchObject([{ met: true, detail: expect.stringContaining('peer.crt') }]);
  });
});
