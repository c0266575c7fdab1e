/** The buffers of all arrays in some plain data, to be transferred with it. */
export function transferList(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  if (typeof value !== 'object' || value === null || (Array.isArray(value) && typeof value[0] === 'number')) return [];
  return Object.values(value).flatMap(transferList);
}
