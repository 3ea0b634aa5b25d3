import { checks as restoreChecks } from '../namespace-restore/verify.ts';
import type { Evidence } from '../recovery/evidence.ts';
import type { Check } from '../recovery/scenario.ts';
import { listNeutralised } from './ports.ts';
import type { CrossMemory, CrossWork } from './work.ts';

export function verify(work: CrossWork, memory: CrossMemory): readonly Check[] {
  return work.kind === 'promote' ? [promoted(work)] : restoreChecks(work.restore, memory);
}

/** What was promoted carries no mark any more, in the cluster itself. */
function promoted({ cluster, objects }: CrossWork & { kind: 'promote' }): Check {
  const about = {
    claim: 'ready',
    target: `neutralised objects of ${cluster}`,
    source: 'GET cronjobs, services, ingresses, deployments, statefulsets',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      const left = await listNeutralised({ cluster, namespaces: [...new Set(objects.map((one) => one.namespace))] });
      const named = left.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).slice(0, 20);
      if (left.length > 0) return { ...about, outcome: 'disproved', detail: `still neutralised: ${named.join(', ')}` };
      return { ...about, outcome: 'proved', detail: `none of ${objects.length} is neutralised any more` };
    },
  };
}
