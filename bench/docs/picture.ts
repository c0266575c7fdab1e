import { bars } from '../../src/plot/bars.js';
import type { Line } from '../harness/record.js';

/** The rows that are drawn: whole jobs, whose times are felt. */
const DRAWN: readonly (readonly [row: string, text: string])[] = [
  ['whole job, 60,000 x 784, MLP 784-128-10, batch 64, one epoch', 'an epoch over 60,000 x 784'],
  ['digits to 94 % held-out, MLP 784-128-10, batch 64', 'digits to 94 %'],
];

/** Those that are drawn; beside brain.js, in the table, the other bars would not be seen. */
const CONTENDERS = /^(adamas fitSync|PyTorch .*|tfjs-wasm[^,]*)$/;

/** The whole jobs of a recording as bars; undefined where it has none. */
export function picture(lines: readonly Line[]): string | undefined {
  const groups = DRAWN.flatMap(([row, text]) => {
    const timed = lines.filter((line) => line.row === row && CONTENDERS.test(line.contender));
    const seconds = timed.map(({ contender, value }) => [contender.replace(/ \(.*/, ''), value / 1e9] as const);
    return timed.length === 0 ? [] : [[text, Object.fromEntries(seconds)] as const];
  });
  if (groups.length === 0) return undefined;
  return bars(Object.fromEntries(groups), { title: 'Whole jobs', label: 'seconds, data in to model out' });
}
