import type { DatabaseKind, DetectDatabaseInput, DetectedDatabase } from './types.ts';

/** Last part of an image's name, exactly: `postgres-exporter` or `pgbouncer` are no databases. */
const imageNames: Readonly<Record<string, DatabaseKind>> = {
  postgres: 'postgresql',
  postgresql: 'postgresql',
  'postgresql-repmgr': 'postgresql',
  postgis: 'postgresql',
  timescaledb: 'postgresql',
  'timescaledb-ha': 'postgresql',
  pgvector: 'postgresql',
  spilo: 'postgresql',
  'crunchy-postgres': 'postgresql',
  mysql: 'mysql',
  'mysql-server': 'mysql',
  'percona-server': 'mysql',
  percona: 'mysql',
  mariadb: 'mariadb',
  'mariadb-galera': 'mariadb',
  mongo: 'mongodb',
  mongodb: 'mongodb',
  'mongodb-community-server': 'mongodb',
  redis: 'redis',
  'redis-stack-server': 'redis',
  valkey: 'redis',
};

/** Says which database a pod runs, for workloads that the image does not tell. */
export const databaseAnnotation = 'rekindle.io/database';
const nameLabel = 'app.kubernetes.io/name';

/**
 * Which database runs in a pod, and in which container; null when nothing tells. What a person declared wins over a label, and
 * a label over the image. Pure.
 */
export function detectDatabase({ pod, declared = null }: DetectDatabaseInput): DetectedDatabase | null {
  const byImage = pod.containers.flatMap(({ name, image }) => {
    const kind = kindOf(lastPart(image));
    return kind === null ? [] : [{ kind, container: name, basis: `image ${image}` }];
  });
  const told: readonly (readonly [DatabaseKind | null, string])[] = [
    [declared, 'inventory'],
    [kindOf(pod.annotations?.[databaseAnnotation]), `annotation ${databaseAnnotation}`],
    [kindOf(pod.labels?.[nameLabel]), `label ${nameLabel}`],
  ];
  for (const [kind, basis] of told) {
    if (kind === null) continue;
    const container = byImage.find((found) => found.kind === kind)?.container ?? pod.containers[0]?.name;
    if (container !== undefined) return { kind, container, basis };
  }
  return byImage[0] ?? null;
}

function kindOf(name: string | undefined): DatabaseKind | null {
  return name !== undefined && Object.hasOwn(imageNames, name) ? (imageNames[name] ?? null) : null;
}

/** `registry:5000/bitnami/postgresql:16.2@sha256:...` -> `postgresql`. */
function lastPart(image: string): string {
  const withoutDigest = image.split('@')[0] ?? '';
  return (withoutDigest.split('/').at(-1) ?? '').split(':')[0] ?? '';
}
