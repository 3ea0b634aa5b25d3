/** A number of protobuf from `at` on, and where it ends. Exact up to 2^53. Throws a RangeError beyond the buffer's end. */
export function varint(buffer: Buffer, at: number): [value: number, next: number] {
  let value = 0;
  for (let index = at, shift = 1; ; index += 1, shift *= 128) {
    const byte = buffer.readUInt8(index);
    value += (byte & 0x7f) * shift;
    if (byte < 0x80) return [value, index + 1];
  }
}
