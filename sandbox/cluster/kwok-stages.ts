/**
 * What kwok plays for nodes and pods, and the markers that keep its hands off where a real thing plays the part:
 * - kwok is the kubelet of the Nodes with the label `kubeletLabel` and of no other. Take the label off a Node and its heartbeat
 *   stops as when its machine dies: the Lease runs out, no pod on it changes any more.
 * - a pod with the annotation `databaseAnnotation` or `startupSecondsAnnotation` gets its status from the sandbox's own kubelet,
 *   which also finishes its deletion.
 */
export const kubeletLabel = { name: 'sandbox.rekindle.io/kubelet', value: 'kwok' } as const;
export const databaseAnnotation = 'sandbox.rekindle.io/database';
/** Ready so many seconds after its volumes were attached; such a pod, too, is played by the sandbox's own kubelet. */
export const startupSecondsAnnotation = 'sandbox.rekindle.io/startup-seconds';

interface MatchExpression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

function stage(
  name: string,
  kind: 'Node' | 'Pod',
  when: readonly MatchExpression[],
  next: object,
  delay?: object,
): object {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: 'v1', kind },
      selector: { matchExpressions: when },
      ...(delay ? { delay } : {}),
      next,
    },
  };
}

const readyStatus = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const deleted: MatchExpression = { key: '.metadata.deletionTimestamp', operator: 'Exists' };
const alive: MatchExpression = { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' };
const simple: MatchExpression[] = [databaseAnnotation, startupSecondsAnnotation].map((annotation) => ({
  key: `.metadata.annotations["${annotation}"]`,
  operator: 'DoesNotExist',
}));

const nodeConditions = `{{ $now := Now }}
conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
daemonEndpoints:
  kubeletEndpoint:
    Port: {{ NodePort }}
`;

// Addresses, capacity and versions belong to whoever made the Node; kwok fills in what is missing.
const nodeStart = `${nodeConditions}
{{ if not .status.addresses }}
addresses:
- type: InternalIP
  address: {{ NodeIP | Quote }}
- type: Hostname
  address: {{ NodeName | Quote }}
{{ end }}
{{ if not .status.capacity }}
capacity: { cpu: "8", memory: 32Gi, pods: "110" }
allocatable: { cpu: "8", memory: 32Gi, pods: "110" }
{{ end }}
{{ $info := or .status.nodeInfo dict }}
nodeInfo:
  architecture: {{ or $info.architecture "amd64" | Quote }}
  bootID: {{ or $info.bootID "" | Quote }}
  containerRuntimeVersion: {{ or $info.containerRuntimeVersion (printf "kwok://%s" Version) | Quote }}
  kernelVersion: {{ or $info.kernelVersion "6.1.0" | Quote }}
  kubeProxyVersion: {{ or $info.kubeProxyVersion "" | Quote }}
  kubeletVersion: {{ or $info.kubeletVersion "v1.36.3" | Quote }}
  machineID: {{ or $info.machineID "" | Quote }}
  operatingSystem: {{ or $info.operatingSystem "linux" | Quote }}
  osImage: {{ or $info.osImage "sandbox" | Quote }}
  systemUUID: {{ or $info.systemUUID "" | Quote }}
phase: Running
`;

const podRunning = `{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
conditions:
{{ range $type := list "Initialized" "ContainersReady" "Ready" }}
- type: {{ $type | Quote }}
  status: "True"
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
{{ range .spec.readinessGates }}
- type: {{ .conditionType | Quote }}
  status: "True"
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: true
  started: true
  restartCount: 0
  state:
    running:
      startedAt: {{ $now | Quote }}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: true
  restartCount: 0
  {{ if eq (or .restartPolicy "") "Always" }}
  started: true
  state:
    running:
      startedAt: {{ $now | Quote }}
  {{ else }}
  state:
    terminated:
      exitCode: 0
      reason: Completed
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
  {{ end }}
{{ end }}
hostIP: {{ index (NodeIPsWith .spec.nodeName) 0 | Quote }}
{{ $ips := PodIPsWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") }}
{{ with $ips }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
`;

const podSucceeded = `{{ $now := Now }}
phase: Succeeded
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: false
  started: false
  restartCount: 0
  state:
    terminated:
      exitCode: 0
      reason: Completed
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
{{ end }}
`;

/** The stages, and the rule that `exec` into a pod without rules of its own runs in an empty directory of the host. */
export function kwokConfiguration(workDir: string): object[] {
  return [
    stage('node-start', 'Node', [{ key: readyStatus, operator: 'NotIn', values: ['True'] }], {
      statusTemplate: nodeStart,
    }),
    stage(
      'node-heartbeat',
      'Node',
      [{ key: readyStatus, operator: 'In', values: ['True'] }],
      { statusTemplate: nodeConditions },
      { durationMilliseconds: 300_000, jitterDurationMilliseconds: 310_000 },
    ),
    stage(
      'pod-start',
      'Pod',
      [
        alive,
        ...simple,
        { key: '.status.phase', operator: 'In', values: ['Pending'] },
        { key: readyStatus, operator: 'NotIn', values: ['True'] },
      ],
      { statusTemplate: podRunning },
    ),
    stage(
      'job-pod-completes',
      'Pod',
      [
        alive,
        ...simple,
        { key: '.status.phase', operator: 'In', values: ['Running'] },
        { key: '.metadata.ownerReferences.[].kind', operator: 'In', values: ['Job'] },
      ],
      { statusTemplate: podSucceeded },
    ),
    stage('pod-ends', 'Pod', [deleted, ...simple], { delete: true }),
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterExec',
      metadata: { name: 'every-pod' },
      spec: { execs: [{ local: { workDir } }] },
    },
  ];
}
