/**
 * The first parameter that was given before, or whose memory is in part that of another: its index, and whether it is the same object.
 * Arrays are compared by their bytes, all other parameters by identity.
 */
export function findOverlap(params: readonly unknown[]): [index: number, same: boolean] | undefined {
  const seen = new Set<unknown>();
  for (const [i, param] of params.entries()) {
    if (seen.has(param)) return [i, true];
    seen.add(param);
  }
  const arrays = params.flatMap((param, index) =>
    ArrayBuffer.isView(param) && param.byteLength > 0 ? { param, index } : [],
  );
  const byBuffer = new Map<ArrayBufferLike, typeof arrays>();
  for (const one of arrays) {
    const list = byBuffer.get(one.param.buffer);
    if (list === undefined) byBuffer.set(one.param.buffer, [one]);
    else list.push(one);
  }
  for (const list of byBuffer.values()) {
    list.sort((a, b) => a.param.byteOffset - b.param.byteOffset);
    for (let i = 1; i < list.length; i++) {
      const [a, b] = [list[i - 1]!, list[i]!];
      if (b.param.byteOffset < a.param.byteOffset + a.param.byteLength) return [Math.max(a.index, b.index), false];
    }
  }
  return undefined;
}
