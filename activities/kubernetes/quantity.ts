/** Suffixes of Kubernetes quantities, as powers. */
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = ['k', 'M', 'G', 'T', 'P', 'E'];

/** Bytes of a storage quantity such as `10Gi`, `1500M`, `1e9`; null when it is not one. */
export function quantityBytes(quantity: string | undefined): number | null {
  const match = /^([0-9.]+(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)$/.exec(quantity ?? '');
  if (match === null) return null;
  const [, digits = '', suffix = ''] = match;
  const amount = Number(digits);
  if (!Number.isFinite(amount)) return null;
  if (suffix === '') return amount;
  if (suffix === 'm') return amount / 1000;
  if (binary.includes(suffix)) return amount * 1024 ** (binary.indexOf(suffix) + 1);
  return decimal.includes(suffix) ? amount * 1000 ** (decimal.indexOf(suffix) + 1) : null;
}

/** Whole GiB that hold so many bytes. */
export function gibibytes(bytes: number): number {
  return Math.ceil(bytes / 1024 ** 3);
}
