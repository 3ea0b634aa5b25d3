import { RekindleError } from '../../errors/rekindle-error.ts';
import type { KubernetesObject } from '../kubernetes/port.ts';
import type { Archives } from './port.ts';

/** One object as the backup has it. */
export interface SavedObject {
  /** As Velero names it: `deployments.apps`, `services`. */
  readonly resource: string;
  /** Null for cluster-scoped kinds. */
  readonly namespace: string | null;
  readonly name: string;
  readonly object: KubernetesObject;
}

/** `resources/deployments.apps/namespaces/production/web.json`; copies by version (`.../v1-preferredversion/...`) are other paths. */
const pathOfObject = /^(?:\.\/)?resources\/([^/]+)\/(?:namespaces\/([^/]+)|cluster)\/([^/]+)\.json$/;

/**
 * Every object of a backup's tarball.
 * @throws RekindleError `velero-file-damaged` for bytes that are no such archive
 */
export async function readSavedObjects(archives: Archives, bytes: Buffer, file: string): Promise<SavedObject[]> {
  const saved: SavedObject[] = [];
  try {
    await archives.read(bytes, (path, content) => {
      const [, resource, namespace, name] = pathOfObject.exec(path) ?? [];
      if (resource === undefined || name === undefined) return;
      const object = JSON.parse(content.toString('utf8')) as KubernetesObject;
      saved.push({ resource, namespace: namespace ?? null, name, object });
    });
  } catch (cause) {
    throw new RekindleError('velero-file-damaged', `${file} cannot be read as an archive`, {
      cause,
      details: { file },
    });
  }
  return saved;
}
