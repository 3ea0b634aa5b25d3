/** Finalizers of a volume object that the swap may take off. The activity that does it checks by itself once more. */
const known: ReadonlySet<string> = new Set([
  'kubernetes.io/pv-protection',
  'kubernetes.io/pv-controller',
  'external-provisioner.volume.kubernetes.io/finalizer',
]);

/** Those of somebody whom we do not know; a volume object with one is not replaced. Pure. */
export function foreignFinalizers(finalizers: readonly string[]): readonly string[] {
  return finalizers.filter((finalizer) => !known.has(finalizer) && !finalizer.startsWith('external-attacher/'));
}
