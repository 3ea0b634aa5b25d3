/** The one name of each scenario: folder, workflow id, route, CLI word, schedule, tests, docs. */
export const slugs = [
  'volume-rebind',
  'etcd-backup',
  'etcd-restore',
  'node-replacement',
  'cluster-backup',
  'config-backup',
  'namespace-restore',
  'cross-cluster-restore',
] as const;

export type Slug = (typeof slugs)[number];
