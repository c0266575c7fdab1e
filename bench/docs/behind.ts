import type { Line } from '../harness/record.js';

// Rows in which others are ahead, and why: a row that falls behind without a reason here is an error (npm run bench:docs).

/** Ratio of times below which a peer counts as ahead. */
const AHEAD = 0.95;

/** Contenders that are not competitors: a limit, a part of the work, the same work by other means. */
const REFERENCES =
  /^(adamas|before|by hand|peak|copy|batches alone|fields alone|one after another|all, less passes|at most|C,|C$|dead|slope)/;

const WIDE =
  "it multiplies with AVX's vectors of up to 512 bits and fused multiply-add, WebAssembly's are of 128 without";

const REASONS: readonly (readonly [row: RegExp, contender: RegExp, reason: string])[] = [
  [/^predict of one row/, /^baseline/, 'a bare loop over five products, without a call into WebAssembly or a check'],
  [/P=8 |^step\(\) of 6|^growth/, /^baseline/, 'the call into WebAssembly takes longer than the work'],
  [/own arrays/, /^baseline/, 'the arrays are copied into WebAssembly memory and back'],
  [/^import to first step/, /^baseline/, 'nothing to decode or compile'],
  [/^import to first step/, /^jax-js/, 'it compiles no kernels ahead'],
  [/^(MLP|GEMM|softmax|whole job|digits)/, /^PyTorch/, WIDE],
  [/peak memory/, /^(PyTorch|tfjs|jax|brain)/, 'it trains on the array itself, adamas on a copy in WebAssembly memory'],
  [/^bundle/, /^(jax-js|brain\.js)/, 'it makes its kernels at run time, or has none'],
];

/** True if a peer is ahead of adamas in a line. */
export function isBehind({ contender, ratio, row }: Line): boolean {
  return ratio < AHEAD && !REFERENCES.test(contender) && !row.startsWith('growth');
}

/** The reason for a peer's lead in a line; undefined if none is written yet. */
export function reasonOf({ row, contender }: Line): string | undefined {
  return REASONS.find(([rows, contenders]) => rows.test(row) && contenders.test(contender))?.[2];
}

/** Throws with all lines in which a peer is ahead without a reason. */
export function assertExplained(lines: readonly Line[]): void {
  const silent = lines.filter((line) => isBehind(line) && reasonOf(line) === undefined);
  if (silent.length === 0) return;
  const each = silent.map(
    ({ row, contender, ratio }) => `  ${contender} takes ${ratio} of the time of adamas in '${row}'`,
  );
  throw new Error(`Say why in bench/docs/behind.ts:\n${each.join('\n')}`);
}
