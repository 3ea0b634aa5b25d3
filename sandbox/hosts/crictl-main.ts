/**
 * Answers `crictl ps` for a control-plane host, in the shape of the real tool's `-o json`: `crictl-main.ts <host directory> ps
 * [-a] [--name N] [--state running|exited] [-q] [-o json]`. A container whose process is gone is exited, whatever was recorded. And
 * `stop [--timeout SECONDS] ID...`: SIGTERM, then SIGKILL.
 */
import { parseArgs } from 'node:util';
import { isRunning } from '../processes/process-identity.ts';
import { endContainer } from './container-process.ts';
import { type ContainerRecord, readContainers } from './containers.ts';
import { hostDirectoryAt } from './host-directory.ts';

function shape(host: string, record: ContainerRecord) {
  const running = record.state === 'running' && isRunning(record);
  return {
    id: record.id,
    podSandboxId: record.id,
    metadata: { name: record.name, attempt: record.attempt },
    image: { image: record.image, annotations: {} },
    imageRef: record.image,
    state: running ? 'CONTAINER_RUNNING' : 'CONTAINER_EXITED',
    createdAt: String(BigInt(Date.parse(record.startedAt)) * 1_000_000n),
    labels: {
      'io.kubernetes.container.name': record.name,
      'io.kubernetes.pod.name': `${record.name}-${host}`,
      'io.kubernetes.pod.namespace': 'kube-system',
    },
    annotations: { 'io.kubernetes.container.restartCount': String(record.attempt) },
  };
}

const [dir = '', ...rest] = process.argv.slice(2);
const { values, positionals } = parseArgs({
  args: rest,
  allowPositionals: true,
  options: {
    all: { type: 'boolean', short: 'a' },
    name: { type: 'string' },
    state: { type: 'string' },
    quiet: { type: 'boolean', short: 'q' },
    output: { type: 'string', short: 'o' },
    timeout: { type: 'string', short: 't', default: '0' },
  },
});
const host = hostDirectoryAt(dir, '', dir.split('/').at(-1) ?? '');
const [command, ...ids] = positionals;
if (command === 'stop') {
  const named = readContainers(host).filter(({ id }) => ids.includes(id));
  await Promise.all(named.map((record) => endContainer(record, Number(values.timeout))));
  for (const { id } of named) console.log(id);
  process.exit(named.length === ids.length ? 0 : 1);
}
if (command !== 'ps') {
  console.error('crictl: this host only answers `crictl ps` and `crictl stop`');
  process.exit(1);
}
const containers = readContainers(host)
  .map((record) => shape(host.name, record))
  .filter((container) => values.name === undefined || new RegExp(values.name).test(container.metadata.name))
  .filter((container) =>
    values.state === undefined
      ? values.all || container.state === 'CONTAINER_RUNNING'
      : container.state === `CONTAINER_${values.state.toUpperCase()}`,
  );
if (values.quiet) for (const container of containers) console.log(container.id);
else if (values.output === 'json') console.log(JSON.stringify({ containers }, null, 2));
else {
  console.log('CONTAINER      NAME                      STATE     ATTEMPT');
  for (const { id, metadata, state } of containers) {
    console.log(
      `${id.slice(0, 13)}  ${metadata.name.padEnd(24)}  ${state.slice(10).toLowerCase().padEnd(8)}  ${metadata.attempt}`,
    );
  }
}
