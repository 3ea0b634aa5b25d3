const sizes: Readonly<Record<string, { readonly vcpus: number; readonly memoryGiB: number }>> = {
  small: { vcpus: 1, memoryGiB: 2 },
  medium: { vcpus: 1, memoryGiB: 4 },
  large: { vcpus: 2, memoryGiB: 8 },
  xlarge: { vcpus: 4, memoryGiB: 16 },
  '2xlarge': { vcpus: 8, memoryGiB: 32 },
  '4xlarge': { vcpus: 16, memoryGiB: 64 },
};

/** As an m5 of that size has them; a size that is not in the table is taken for `large`. */
export function sizeOf(type: string): { readonly vcpus: number; readonly memoryGiB: number } {
  return sizes[type.split('.')[1] ?? ''] ?? { vcpus: 2, memoryGiB: 8 };
}
