/**
 * Reserves `bytes`, rounded up to whole 16-byte lanes, at a 16-byte aligned address. The content is unspecified.
 * n = 0 reserves one lane. Traps when memory cannot grow (the heap stays usable) or when the block exceeds 1 GiB.
 */
export function alloc(bytes: usize): usize {
  return heap.alloc((max<usize>(bytes, 1) + 15) & ~15);
}

/** Gives back a block of `alloc`. */
export function free(ptr: usize): void {
  heap.free(ptr);
}
