/** How to get each part. Releases are those of each project's own site. */
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type PartName, partVersions } from './catalogue.ts';
import { buildCommand, buildFromModule, moduleDirectory } from './go-build.ts';
import { findOnPath, findVersionOnPath, isExecutable } from './installed-program.ts';
import { installInVenv, unpackWheel } from './python-install.ts';
import type { Recipe, Release } from './recipe.ts';

const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
const platform = `linux-${architecture}`;
const github = (repository: string, tag: string) => `https://github.com/${repository}/releases/download/${tag}`;

function buildTask(name: PartName): string {
  return `${name} ${partVersions[name]}: building from source`;
}

function etcdProgram(name: 'etcd' | 'etcdctl' | 'etcdutl', goPackage: string, versionArgs: string[]): Recipe {
  const version = partVersions[name];
  const archive = `etcd-v${version}-${platform}`;
  const site = github('etcd-io/etcd', `v${version}`);
  return {
    name,
    entry: name,
    findInstalled: () => findVersionOnPath(name, versionArgs, version),
    release: {
      url: `${site}/${archive}.tar.gz`,
      checksumUrl: `${site}/SHA256SUMS`,
      member: `${archive}/${name}`,
    },
    build: (dir, report) => buildFromModule('etcd', goPackage, join(dir, name), buildTask(name), report),
  };
}

function kubernetesProgram(
  name: 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubectl',
  versionArgs: readonly string[] = ['--version'],
): Recipe {
  const version = partVersions[name];
  const [major, minor] = version.split('.');
  const url = `https://dl.k8s.io/v${version}/bin/linux/${architecture}/${name}`;
  const stamp = 'k8s.io/component-base/version';
  const linkerFlags = `-X ${stamp}.gitVersion=v${version} -X ${stamp}.gitMajor=${major} -X ${stamp}.gitMinor=${minor}`;
  return {
    name,
    entry: name,
    findInstalled: () => findVersionOnPath(name, versionArgs, version),
    release: { url, checksumUrl: `${url}.sha256` },
    build: (dir, report) =>
      buildFromModule(
        'kubernetes',
        `k8s.io/kubernetes/cmd/${name}`,
        join(dir, name),
        buildTask(name),
        report,
        linkerFlags,
      ),
  };
}

function goCommand(
  name: 'temporal' | 'kwok' | 'velero-plugin-for-aws' | 'age',
  goPackage: string,
  findInstalled: Recipe['findInstalled'],
  release?: Release,
): Recipe {
  const build: Recipe['build'] = (dir, report) =>
    buildCommand(goPackage, partVersions[name], dir, buildTask(name), report);
  return { name, entry: name, findInstalled, build, ...(release ? { release } : {}) };
}

function temporal(): Recipe {
  const version = partVersions.temporal;
  const site = github('temporalio/cli', `v${version}`);
  return goCommand(
    'temporal',
    'github.com/temporalio/cli/cmd/temporal',
    () => findVersionOnPath('temporal', ['--version'], version),
    {
      url: `${site}/temporal_cli_${version}_linux_${architecture}.tar.gz`,
      checksumUrl: `${site}/checksums.txt`,
      member: 'temporal',
    },
  );
}

/**
 * Always from source: beside the metrics that it is told where to serve, the server opens port 8080 for those of its controllers, and
 * ends when that port is taken. No flag changes it; two servers on one machine need it off.
 */
function velero(): Recipe {
  const version = partVersions.velero;
  const entry = 'velero-any-port';
  return {
    name: 'velero',
    entry,
    findInstalled: async () => undefined,
    build: (dir, report) =>
      buildFromModule(
        'velero',
        'github.com/vmware-tanzu/velero/cmd/velero',
        join(dir, entry),
        buildTask('velero'),
        report,
        [
          `-X github.com/vmware-tanzu/velero/pkg/buildinfo.Version=v${version}`,
          '-X sigs.k8s.io/controller-runtime/pkg/metrics/server.DefaultBindAddress=0',
        ].join(' '),
      ),
  };
}

const moto: Recipe = {
  name: 'moto',
  entry: 'venv/bin/moto_server',
  // What is on PATH may lack the extras that the sandbox needs.
  findInstalled: async () => undefined,
  build: (dir, report) =>
    installInVenv(
      join(dir, 'venv'),
      `moto[server,ec2,s3,autoscaling]==${partVersions.moto}`,
      `moto ${partVersions.moto}: installing`,
      report,
    ),
};

function hasPostgresql(dir: string): boolean {
  return ['postgres', 'initdb', 'psql'].every((program) => isExecutable(join(dir, program)));
}

const postgresql: Recipe = {
  name: 'postgresql',
  entry: 'python/embedded_postgres/pginstall/bin',
  async findInstalled() {
    const onPath = findOnPath('postgres');
    if (onPath && hasPostgresql(dirname(onPath))) return dirname(onPath);
    const debian = '/usr/lib/postgresql';
    const versions = existsSync(debian)
      ? readdirSync(debian)
          .map(Number)
          .filter((version) => version >= 13)
      : [];
    return versions
      .sort((a, b) => b - a)
      .map((version) => join(debian, String(version), 'bin'))
      .find(hasPostgresql);
  },
  build: (dir, report) =>
    unpackWheel(
      join(dir, 'python'),
      `embedded-postgres==${partVersions.postgresql}`,
      `postgresql ${partVersions.postgresql}: installing`,
      report,
    ),
};

const snapshotDefinitions: Recipe = {
  name: 'snapshot-crds',
  entry: 'crd',
  findInstalled: async () => undefined,
  async build(dir) {
    const module = 'github.com/kubernetes-csi/external-snapshotter/client/v8';
    const source = join(await moduleDirectory(module, partVersions['snapshot-crds']), 'config', 'crd');
    mkdirSync(join(dir, 'crd'), { recursive: true });
    const files = readdirSync(source).filter((file) => /^snapshot\.storage\.k8s\.io_.*\.yaml$/.test(file));
    for (const file of files) copyFileSync(join(source, file), join(dir, 'crd', file));
  },
};

export const recipes: Readonly<Record<PartName, Recipe>> = {
  temporal: temporal(),
  etcd: etcdProgram('etcd', 'go.etcd.io/etcd/server/v3', ['--version']),
  etcdctl: etcdProgram('etcdctl', 'go.etcd.io/etcd/etcdctl/v3', ['version']),
  etcdutl: etcdProgram('etcdutl', 'go.etcd.io/etcd/etcdutl/v3', ['version']),
  'kube-apiserver': kubernetesProgram('kube-apiserver'),
  'kube-controller-manager': kubernetesProgram('kube-controller-manager'),
  'kube-scheduler': kubernetesProgram('kube-scheduler'),
  kubectl: kubernetesProgram('kubectl', ['version', '--client']),
  // No checksum is published beside the releases of kwok and age, and the plugin has no binaries: these three are built.
  kwok: goCommand('kwok', 'sigs.k8s.io/kwok/cmd/kwok', () =>
    findVersionOnPath('kwok', ['--version'], partVersions.kwok),
  ),
  velero: velero(),
  'velero-plugin-for-aws': goCommand(
    'velero-plugin-for-aws',
    'github.com/vmware-tanzu/velero-plugin-for-aws/velero-plugin-for-aws',
    async () => undefined,
  ),
  age: goCommand('age', 'filippo.io/age/cmd/age', () => findVersionOnPath('age', ['--version'], partVersions.age)),
  moto,
  postgresql,
  'snapshot-crds': snapshotDefinitions,
};
