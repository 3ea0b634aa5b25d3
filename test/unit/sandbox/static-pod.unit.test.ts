import { describe, expect, test } from 'vitest';
import { parseStaticPod, restartDelay } from '../../../sandbox/hosts/static-pod.ts';

const manifest = `
apiVersion: v1
kind: Pod
metadata: { name: etcd, namespace: kube-system }
spec:
  terminationGracePeriodSeconds: 7
  containers:
    - name: etcd
      image: etcd:v3.6.16
      command: [etcd, --name=prod-1]
      args: [--force-new-cluster]
`;

describe('parseStaticPod', () => {
  test('gives command and arguments as one line, and the grace period', () => {
    expect(parseStaticPod(manifest)).toMatchObject({
      name: 'etcd',
      image: 'etcd:v3.6.16',
      command: ['etcd', '--name=prod-1', '--force-new-cluster'],
      graceSeconds: 7,
    });
  });

  test('any change of the manifest changes the hash', () => {
    const changed = manifest.replace('prod-1', 'prod-2');
    expect(parseStaticPod(changed).hash).not.toBe(parseStaticPod(manifest).hash);
    expect(parseStaticPod(manifest).hash).toBe(parseStaticPod(manifest).hash);
  });

  test.each([
    ['an empty file', '', 'metadata.name is missing'],
    ['half a file', 'metadata: { name: etcd }', 'spec.containers[0].command is missing'],
  ])('refuses %s', (_, text, reason) => {
    expect(() => parseStaticPod(text)).toThrow(reason);
  });
});

test('restarts come at once first, then ever later, at most every ten seconds', () => {
  expect([0, 1, 2, 3, 20].map(restartDelay)).toEqual([0, 250, 500, 1000, 10_000]);
});
