/** What the certificates of the control plane let happen. Pure. */
import type { CertificateFacts, HostFacts } from '../../activities/hosts/types.ts';
import type { Precondition } from '../recovery/plan.ts';

/** Told before it is too late: kubeadm renews them with each upgrade, and an upgrade a year is what it counts on. */
const soonDays = 30;

interface OfHost extends CertificateFacts {
  readonly host: string;
}

/** Those with which nothing can be reached, one clause each; none where an agent of before tells nothing of them. */
export function badCertificates(hosts: readonly HostFacts[]): readonly string[] {
  return all(hosts).flatMap(({ host, file, problem }) => (problem === null ? [] : [`${file} of ${host} ${problem}`]));
}

/**
 * Those that do not have the name by which their host is reached, one clause each. It keeps members apart as a cut network does, but is no proof:
 * flags of etcd can have another name looked for.
 */
export function misnamedCertificates(hosts: readonly HostFacts[]): readonly string[] {
  return all(hosts).flatMap(({ host, file, unnamed }) =>
    unnamed === undefined ? [] : [`${file} of ${host} does not name ${unnamed}, by which others reach it`],
  );
}

/** Those that run out within a month, one sentence each. */
export function endingCertificates(hosts: readonly HostFacts[]): readonly string[] {
  return all(hosts)
    .filter(({ daysLeft, problem }) => problem === null && daysLeft !== null && daysLeft < soonDays)
    .map(({ host, file, expiresAt }) => `The certificate ${file} of ${host} runs out at ${expiresAt}.`);
}

/** That they last, and name their hosts; the second only where they do not. */
export function soundCertificates(hosts: readonly HostFacts[]): Precondition[] {
  const misnamed = misnamedCertificates(hosts);
  const named = {
    name: 'the certificates of etcd name their hosts',
    blocking: false,
    met: false,
    detail: misnamed.join('; '),
  };
  return [...lasting(hosts), ...(misnamed.length > 0 ? [named] : [])];
}

function lasting(hosts: readonly HostFacts[]): Precondition[] {
  const [first] = all(hosts)
    .filter(({ expiresAt }) => expiresAt !== null)
    .sort((left, right) => Date.parse(left.expiresAt ?? '') - Date.parse(right.expiresAt ?? ''));
  if (first === undefined) return [];
  const { host, file, expiresAt, daysLeft } = first;
  return [
    {
      name: 'the certificates of the control plane last',
      blocking: false,
      met: (daysLeft ?? 0) >= soonDays,
      detail: `the first that runs out is ${file} of ${host}, at ${expiresAt}`,
    },
  ];
}

function all(hosts: readonly HostFacts[]): OfHost[] {
  return hosts.flatMap(({ host, certificates = [] }) => certificates.map((one) => ({ host, ...one })));
}
