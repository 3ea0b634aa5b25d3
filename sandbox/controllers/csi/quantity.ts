const factors: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/** Bytes of a Kubernetes quantity such as `10Gi`. Throws on what is none. */
export function bytesOf(quantity: string): number {
  const match = quantity.match(/^(\d+(?:\.\d+)?)([kMGT]|[KMGT]i)?$/);
  const factor = factors[match?.[2] ?? ''];
  if (!match || factor === undefined) throw new Error(`not a quantity: ${quantity}`);
  return Math.ceil(Number(match[1]) * factor);
}

/** The quantity of so many bytes, in the largest unit that divides them. */
export function quantityOf(bytes: number): string {
  for (const unit of ['Ti', 'Gi', 'Mi', 'Ki'] as const) {
    const factor = factors[unit] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return `${bytes}`;
}
