/**
 * What the CSI sidecars ask of a storage driver: the part of the CSI protocol that the sandbox needs. Every call may be repeated
 * and then finds its earlier effect. A refusal that will not change by itself is a `StorageError`.
 */
export interface VolumeRequest {
  /** `pvc-<uid>`: the same request always has the same name. */
  readonly name: string;
  readonly claim: { readonly name: string; readonly namespace: string };
  readonly sizeBytes: number;
  /** The StorageClass's parameters, without those of the sidecars. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The zone that the volume must be in, for drivers whose volumes have one. */
  readonly zone: string | undefined;
  readonly snapshotHandle: string | undefined;
}

export interface CreatedVolume {
  readonly handle: string;
  readonly sizeBytes: number;
  /** Present when only nodes of one zone can reach the volume. */
  readonly zone: string | undefined;
}

export interface CreatedSnapshot {
  readonly handle: string;
  readonly createdAt: Date;
  readonly sizeBytes: number;
  readonly ready: boolean;
}

export interface AttachedNode {
  /** The Node's name. */
  readonly name: string;
  /** What the driver calls the node: for EBS the instance id. */
  readonly id: string;
}

export interface StorageDriver {
  readonly name: string;
  createVolume(request: VolumeRequest): Promise<CreatedVolume>;
  /** No volume of that handle is no error. */
  deleteVolume(handle: string): Promise<void>;
  /** Returns when the node has the device; what it returns becomes the attachment's metadata. */
  attach(handle: string, node: AttachedNode): Promise<Record<string, string>>;
  /** Returns when the node no longer has the device. A lost volume or node counts as detached. */
  detach(handle: string, node: AttachedNode): Promise<void>;
  createSnapshot(name: string, sourceHandle: string, tags: Readonly<Record<string, string>>): Promise<CreatedSnapshot>;
  /** Undefined when there is no such snapshot. */
  findSnapshot(handle: string): Promise<CreatedSnapshot | undefined>;
  deleteSnapshot(handle: string): Promise<void>;
  /**
   * The directory that holds the volume's data while this node has it; undefined when the node does not have it, or the volume
   * is lost.
   */
  directoryOn(handle: string, node: AttachedNode): Promise<string | undefined>;
}

/** A refusal in the words of gRPC, as CSI drivers answer: `NotFound`, `ResourceExhausted`, `InvalidArgument`, ... */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`rpc error: code = ${code} desc = ${message}`, options);
    this.code = code;
  }
}
