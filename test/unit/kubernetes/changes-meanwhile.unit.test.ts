/** A look at claims takes several lists, and the cluster goes on between them. */
import { describe, expect, it } from 'vitest';
import { readStanding } from '../../../activities/backups/standing.ts';
import { type Kind, kinds } from '../../../activities/kubernetes/kinds.ts';
import type { KubernetesObject, ListSelection, OwnerReference } from '../../../activities/kubernetes/port.ts';
import { readClaimFacts } from '../../../activities/kubernetes/read-claim-facts.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';

const namespace = 'production';
const template = { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } };

/** Something happens while a list of `slow` is awaited, every time; its answer shows that already. */
class MovingKubernetes extends FakeKubernetes {
  readonly #slow: Kind;
  readonly #happen: (api: FakeKubernetes) => void;

  constructor(slow: Kind, happen: (api: FakeKubernetes) => void) {
    super();
    this.#slow = slow;
    this.#happen = happen;
  }

  override async list<T extends KubernetesObject>(kind: Kind, selection?: ListSelection): Promise<readonly T[]> {
    if (kind === this.#slow) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#happen(this);
    }
    return super.list<T>(kind, selection);
  }
}

function ownedBy({ kind = '', metadata: { name, uid = '' } }: KubernetesObject): readonly OwnerReference[] {
  return [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }];
}

function rollOut(api: FakeKubernetes): void {
  const spec = { replicas: 1, template };
  const deployment = api.add(kinds.deployment, { metadata: { name: 'web', namespace }, spec });
  const metadata = { name: 'web-1', namespace, ownerReferences: ownedBy(deployment) };
  const replicaSet = api.add(kinds.replicaSet, { metadata, spec });
  api.add(kinds.pod, { metadata: { ...metadata, ownerReferences: ownedBy(replicaSet) }, spec: template.spec });
}

function bindClaim(api: FakeKubernetes): void {
  api.add(kinds.claim, {
    metadata: { name: 'data', namespace },
    spec: { volumeName: 'pv-1' },
    status: { phase: 'Bound' },
  });
  api.add(kinds.volume, {
    metadata: { name: 'pv-1' },
    spec: { claimRef: { namespace, name: 'data' }, csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' } },
    status: { phase: 'Bound' },
  });
}

const look = (api: FakeKubernetes) =>
  readClaimFacts(api, { cluster: 'prod', namespace, claim: 'data' }, AbortSignal.timeout(5_000));

describe('what comes about during a look at a claim is seen whole', () => {
  it.each([kinds.pod, kinds.replicaSet])(
    'a Deployment that rolled out while $plural were listed can be stopped: its pod is not one without an owner',
    async (slow) => {
      const { consumers } = await look(new MovingKubernetes(slow, rollOut));
      expect(consumers.map(({ kind, means }) => [kind, means.kind])).toEqual([['Deployment', 'scale']]);
    },
  );

  it('a claim that was bound while claims were listed has its volume: it is not lost', async () => {
    const { claim, volume } = await look(new MovingKubernetes(kinds.claim, bindClaim));
    expect(claim?.volumeName).toBe('pv-1');
    expect(volume?.name).toBe('pv-1');
  });

  it('a claim that was bound while claims were listed has its volume where the coverage of backups is read, too', async () => {
    const api = new MovingKubernetes(kinds.claim, bindClaim);
    const { claims } = await readStanding(api, 'velero', 0, AbortSignal.timeout(5_000));
    expect(claims.map(({ name, volume }) => [name, volume?.name])).toEqual([['data', 'pv-1']]);
  });
});
