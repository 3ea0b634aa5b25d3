/** Two small files that kube-apiserver reads beside its flags. */
import { stringify } from 'yaml';

/** Nobody is anonymous, but for the probes that say whether the server lives and is ready. */
export function authenticationConfiguration(): string {
  return stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    anonymous: { enabled: true, conditions: [{ path: '/livez' }, { path: '/readyz' }] },
  });
}

/**
 * Who did what to which object, without bodies, but for the deletion and eviction of pods: whether a pod was taken away by force is
 * told by the body alone. Reads of leases and events by the system itself are left out.
 */
export function auditPolicy(): string {
  return stringify({
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [
      { level: 'None', verbs: ['get', 'list', 'watch'], users: ['system:apiserver'] },
      { level: 'None', resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }] },
      { level: 'None', resources: [{ group: '', resources: ['events'] }, { group: 'events.k8s.io' }] },
      { level: 'None', nonResourceURLs: ['/livez*', '/readyz*', '/healthz*', '/openapi*', '/version', '/api*'] },
      { level: 'Request', verbs: ['delete'], resources: [{ group: '', resources: ['pods'] }] },
      { level: 'Request', verbs: ['create'], resources: [{ group: '', resources: ['pods/eviction'] }] },
      { level: 'Metadata' },
    ],
  });
}
