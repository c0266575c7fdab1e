// AssemblyScript's allocator (std/assembly/rt/tlsf.ts) keeps lists of free blocks by classes of size. For a request it takes the first block of a
// class in which every block is large enough; but from 512 MiB on it takes the first block of the request's own class, even one that is too small,
// and then writes past it. Requests of that size are therefore rounded up to a class here, and in the last class its first block is looked at.

const HALF: usize = 1 << 29;
/** Bytes from one class to the next, from HALF on. */
const CLASS: usize = 1 << 25;
/** The least size of the last class: 992 MiB. */
const LAST: usize = 31 * CLASS;
/** Offset of the last class's first block in the allocator's root, behind a map of 24 words: class 15 of the 23rd set of 16. */
const HEAD: usize = 4 * (24 + 22 * 16 + 15);
/** Tags in the low bits of a free block's size. */
const TAGS: usize = 3;

/**
 * Reserves `bytes`, rounded up to whole 16-byte lanes, at a 16-byte aligned address. The content is unspecified.
 * n = 0 reserves one lane. Traps when memory cannot grow (the heap stays usable) or when the block exceeds 1 GiB.
 */
export function alloc(bytes: usize): usize {
  let size = (max<usize>(bytes, 1) + 15) & ~15;
  if (size >= HALF) {
    if (size <= LAST) size = (size + CLASS - 1) & ~(CLASS - 1);
    else {
      const first = load<usize>(((__heap_base + 15) & ~15) + HEAD);
      if (first !== 0 && (load<usize>(first) & ~TAGS) < size + 12) unreachable();
    }
  }
  return heap.alloc(size);
}

/** Gives back a block of `alloc`. */
export function free(ptr: usize): void {
  heap.free(ptr);
}
