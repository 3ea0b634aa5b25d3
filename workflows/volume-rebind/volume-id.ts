const ebsHandle = /^(?:aws:\/\/([a-z0-9-]*)\/)?(vol-[0-9a-f]+)$/;

/** The EBS volume id in a CSI handle or an in-tree one (`aws://zone/vol-...`); null for another driver's handle. */
export function ebsVolumeId(handle: string): string | null {
  return ebsHandle.exec(handle)?.[2] ?? null;
}

/** Whether an in-tree handle names its zone. */
export function namesZone(handle: string): boolean {
  return handle.startsWith('aws://');
}

const gib = 1024 ** 3;

/** Whole GiB that hold so many bytes. */
export function gibibytes(bytes: number): number {
  return Math.ceil(bytes / gib);
}
