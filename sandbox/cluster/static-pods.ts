/**
 * The control plane's static pods in the form that kubeadm writes: one container, its whole command line, the host's paths.
 * The flags are kubeadm's where a process on 127.0.0.1 can keep them.
 */
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { HostDirectory } from '../hosts/host-directory.ts';
import { slowDiskOf } from '../hosts/slow-disk.ts';
import type { ControlPlanePlan } from './control-plane-plan.ts';

function flags(values: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

function staticPod(
  name: string,
  version: string,
  commandFlags: string[],
  probe: { port: number; path: string; scheme: 'HTTP' | 'HTTPS' },
  graceSeconds: number,
): string {
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'kube-system', labels: { component: name, tier: 'control-plane' } },
      spec: {
        hostNetwork: true,
        priorityClassName: 'system-node-critical',
        terminationGracePeriodSeconds: graceSeconds,
        containers: [
          {
            name,
            image: `${name}:v${version}`,
            imagePullPolicy: 'IfNotPresent',
            command: [name, ...commandFlags],
            readinessProbe: { httpGet: { host: '127.0.0.1', ...probe }, periodSeconds: 1, timeoutSeconds: 15 },
          },
        ],
      },
    },
    { lineWidth: 0 },
  );
}

function etcdManifest(plan: ControlPlanePlan, host: HostDirectory): string {
  const { ports, endpoints } = plan.of(host);
  const pki = (file: string) => join(host.pki, 'etcd', file);
  return staticPod(
    'etcd',
    plan.etcdVersion,
    flags({
      name: host.name,
      'data-dir': host.etcd,
      'advertise-client-urls': endpoints.etcdClient,
      'listen-client-urls': endpoints.etcdClient,
      'initial-advertise-peer-urls': endpoints.etcdPeer,
      'listen-peer-urls': endpoints.etcdPeer,
      'listen-metrics-urls': `http://127.0.0.1:${ports.etcdMetrics}`,
      'initial-cluster': plan.initialCluster,
      'initial-cluster-state': 'new',
      'initial-cluster-token': `etcd-${host.cluster}`,
      'cert-file': pki('server.crt'),
      'key-file': pki('server.key'),
      'trusted-ca-file': pki('ca.crt'),
      'client-cert-auth': true,
      'peer-cert-file': pki('peer.crt'),
      'peer-key-file': pki('peer.key'),
      'peer-trusted-ca-file': pki('ca.crt'),
      'peer-client-cert-auth': true,
      // Beyond kubeadm's: members compare what each had at the last compaction, and soon, so that a test sees the alarm CORRUPT.
      'feature-gates': 'InitialCorruptCheck=true,CompactHashCheck=true',
      'compact-hash-check-time': '2s',
      'watch-progress-notify-interval': '5s',
      'snapshot-count': 10_000,
      // The disk counts only for a member that waits for it.
      ...(plan.fsync ? {} : { 'unsafe-no-fsync': slowDiskOf(host) === null }),
    }),
    { port: ports.etcdMetrics, path: '/readyz', scheme: 'HTTP' },
    30,
  );
}

function apiServerManifest(plan: ControlPlanePlan, host: HostDirectory): string {
  const { ports } = plan.of(host);
  const pki = (file: string) => join(host.pki, file);
  return staticPod(
    'kube-apiserver',
    plan.kubernetesVersion,
    flags({
      'advertise-address': '127.0.0.1',
      'bind-address': '127.0.0.1',
      'secure-port': ports.apiServer,
      'external-hostname': 'localhost',
      'allow-privileged': true,
      'authentication-config': join(host.pki, 'authentication-config.yaml'),
      'authorization-mode': 'Node,RBAC',
      'enable-admission-plugins': 'NodeRestriction',
      'enable-bootstrap-token-auth': true,
      'client-ca-file': pki('ca.crt'),
      'tls-cert-file': pki('apiserver.crt'),
      'tls-private-key-file': pki('apiserver.key'),
      'etcd-servers': plan.etcdServersFor(host),
      'etcd-cafile': pki('etcd/ca.crt'),
      'etcd-certfile': pki('apiserver-etcd-client.crt'),
      'etcd-keyfile': pki('apiserver-etcd-client.key'),
      'encryption-provider-config': pki('encryption-config.yaml'),
      'kubelet-certificate-authority': pki('ca.crt'),
      'kubelet-client-certificate': pki('apiserver-kubelet-client.crt'),
      'kubelet-client-key': pki('apiserver-kubelet-client.key'),
      'kubelet-preferred-address-types': 'ExternalIP,InternalIP,Hostname',
      'proxy-client-cert-file': pki('front-proxy-client.crt'),
      'proxy-client-key-file': pki('front-proxy-client.key'),
      'requestheader-client-ca-file': pki('front-proxy-ca.crt'),
      'requestheader-allowed-names': 'front-proxy-client',
      'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
      'requestheader-group-headers': 'X-Remote-Group',
      'requestheader-username-headers': 'X-Remote-User',
      'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
      'service-account-key-file': pki('sa.pub'),
      'service-account-signing-key-file': pki('sa.key'),
      'service-cluster-ip-range': '10.96.0.0/16',
      'endpoint-reconciler-type': 'none',
      'audit-policy-file': join(host.pki, 'audit-policy.yaml'),
      'audit-log-path': join(host.logs, 'audit.log'),
      'audit-log-maxsize': 50,
      // The life of five hundred nodes and their pods, death included.
      'audit-log-maxbackup': 6,
    }),
    { port: ports.apiServer, path: '/readyz', scheme: 'HTTPS' },
    // It stops listening at once and then waits a minute for open watches: nothing here gains from that.
    5,
  );
}

function controllerManagerManifest(plan: ControlPlanePlan, host: HostDirectory): string {
  const { ports } = plan.of(host);
  const pki = (file: string) => join(host.pki, file);
  const kubeconfig = join(host.dir, 'controller-manager.conf');
  return staticPod(
    'kube-controller-manager',
    plan.kubernetesVersion,
    flags({
      'bind-address': '127.0.0.1',
      'secure-port': ports.controllerManager,
      kubeconfig,
      'authentication-kubeconfig': kubeconfig,
      'authorization-kubeconfig': kubeconfig,
      'client-ca-file': pki('ca.crt'),
      'requestheader-client-ca-file': pki('front-proxy-ca.crt'),
      'root-ca-file': pki('ca.crt'),
      'cluster-signing-cert-file': pki('ca.crt'),
      'cluster-signing-key-file': pki('ca.key'),
      'service-account-private-key-file': pki('sa.key'),
      'cluster-name': host.cluster,
      controllers: '*,bootstrapsigner,tokencleaner',
      // The default of 20 calls a second would make the sandbox the brake when a hundred volumes are recovered at once.
      'kube-api-qps': 200,
      'kube-api-burst': 400,
      'leader-elect': true,
      'use-service-account-credentials': true,
    }),
    { port: ports.controllerManager, path: '/healthz', scheme: 'HTTPS' },
    10,
  );
}

function schedulerManifest(plan: ControlPlanePlan, host: HostDirectory): string {
  const { ports } = plan.of(host);
  const kubeconfig = join(host.dir, 'scheduler.conf');
  return staticPod(
    'kube-scheduler',
    plan.kubernetesVersion,
    flags({
      'bind-address': '127.0.0.1',
      'secure-port': ports.scheduler,
      kubeconfig,
      'authentication-kubeconfig': kubeconfig,
      'authorization-kubeconfig': kubeconfig,
      'leader-elect': true,
    }),
    { port: ports.scheduler, path: '/healthz', scheme: 'HTTPS' },
    10,
  );
}

/** The manifests of one host by file name, in the order in which they should appear. */
export function staticPodManifests(plan: ControlPlanePlan, host: HostDirectory): Record<string, string> {
  return {
    'etcd.yaml': etcdManifest(plan, host),
    'kube-apiserver.yaml': apiServerManifest(plan, host),
    'kube-controller-manager.yaml': controllerManagerManifest(plan, host),
    'kube-scheduler.yaml': schedulerManifest(plan, host),
  };
}
