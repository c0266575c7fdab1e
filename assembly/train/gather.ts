import { Context } from '../vm/context';
import { loadFour } from '../simd/lanes';

/** out[i, D] = rows[order[i], D] for i < B, in words of 32 bits. out may not alias rows; B or D = 0 are fine. */
export function gather_f32(out: usize, rows: usize, order: usize, B: usize, D: usize): void {
  const end = order + (B << 2);
  if (D === 1) {
    for (; order + 12 < end; order += 16, out += 16) {
      const first = rows + ((<usize>load<u32>(order)) << 2);
      const second = rows + ((<usize>load<u32>(order, 4)) << 2);
      const third = rows + ((<usize>load<u32>(order, 8)) << 2);
      const fourth = rows + ((<usize>load<u32>(order, 12)) << 2);
      v128.store(out, loadFour(first, second, third, fourth));
    }
    for (; order < end; order += 4, out += 4) store<u32>(out, load<u32>(rows + ((<usize>load<u32>(order)) << 2)));
    return;
  }
  const bytes = D << 2;
  const last = bytes - 16;
  if (D > 3 && D < 9) {
    // Two vectors, which overlap unless D is 8.
    for (; order < end; order += 4, out += bytes) {
      const row = rows + <usize>load<u32>(order) * bytes;
      const first = v128.load(row);
      const second = v128.load(row + last);
      v128.store(out, first);
      v128.store(out + last, second);
    }
    return;
  }
  // Four rows side by side, so that the processor fetches the lines of all of them at once. The last vectors may hold words that have come already.
  for (; D > 3 && order + 12 < end; order += 16, out += bytes << 2) {
    const first = rows + <usize>load<u32>(order) * bytes;
    const second = rows + <usize>load<u32>(order, 4) * bytes;
    const third = rows + <usize>load<u32>(order, 8) * bytes;
    const fourth = rows + <usize>load<u32>(order, 12) * bytes;
    for (let j: usize = 0; j < bytes; j = min(j + 16, j < last ? last : bytes)) {
      v128.store(out + j, v128.load(first + j));
      v128.store(out + bytes + j, v128.load(second + j));
      v128.store(out + 2 * bytes + j, v128.load(third + j));
      v128.store(out + 3 * bytes + j, v128.load(fourth + j));
    }
  }
  for (; order < end; order += 4, out += bytes) {
    const row = rows + <usize>load<u32>(order) * bytes;
    if (D > 3) memory.copy(out, row, bytes);
    else for (let j: usize = 0; j < bytes; j += 4) store<u32>(out + j, load<u32>(row + j));
  }
}

/** out[D, stride] = rows[N, D] transposed; stride, at least N, is the length of a row of out. */
export function transpose_f32(out: usize, rows: usize, N: usize, D: usize, stride: usize): void {
  for (let j: usize = 0; j < D; j++) {
    let to = out + ((j * stride) << 2);
    let from = rows + (j << 2);
    for (const end = to + (N << 2); to < end; to += 4, from += D << 2) store<u32>(to, load<u32>(from));
  }
}


@unmanaged
class Gather {
  role: u32; // what the rows become: 0 the current input, 1 the targets, 2 their weights
  out: usize; // [rows, D]
  rows: usize; // [N, D]
  D: usize;
}

/** Op: gathers the rows of the next batches and makes them the current input, targets or weights. */
export function gather(at: usize, context: Context): void {
  const args = changetype<Gather>(at);
  gather_f32(args.out, args.rows, context.order, context.rows, args.D);
  if (args.role === 0) context.x = args.out;
  else if (args.role === 1) context.y = args.out;
  else context.weights = args.out;
}
