/** The programs that the sandbox is made of, at the versions that it was tried with. */
export const partVersions = {
  temporal: '1.5.1',
  etcd: '3.6.16',
  etcdctl: '3.6.16',
  etcdutl: '3.6.16',
  'kube-apiserver': '1.36.3',
  'kube-controller-manager': '1.36.3',
  'kube-scheduler': '1.36.3',
  /** With what a person looks around; the sandbox itself does not need it. */
  kubectl: '1.36.3',
  kwok: '0.8.0',
  velero: '1.18.3',
  'velero-plugin-for-aws': '1.14.3',
  moto: '5.2.5',
  /** Opens the archives of a configuration backup without us. */
  age: '1.2.1',
  /** Any PostgreSQL from 13 on that the machine has is taken; this is the one that is installed when it has none. */
  postgresql: '18.6.3',
  /** The CustomResourceDefinitions of the CSI snapshot API, as YAML files in a directory. */
  'snapshot-crds': '8.4.0',
} as const;

export type PartName = keyof typeof partVersions;

export const partNames = Object.keys(partVersions) as PartName[];

export const PartSource = { path: 'path', cache: 'cache', download: 'download', build: 'build' } as const;
export type PartSource = (typeof PartSource)[keyof typeof PartSource];

export interface LocatedPart {
  readonly name: PartName;
  readonly version: string;
  /**
   * The executable; for `moto` that is `moto_server`; for `postgresql` the directory that holds `postgres`, `initdb` and `psql`;
   * for `snapshot-crds` the directory that holds the YAML files.
   */
  readonly path: string;
  readonly source: PartSource;
}
