import { digest, RECORDED_DIGEST } from 'adamas/doctor';
import type { Channel } from '../../training/channel.js';
import { race, type Timing } from './race.js';
import type { Backend } from './tfjs.js';
import { adamasSide, plainSide, type Side, WORKS, type Work } from './works.js';

/** The sides beside adamas: plain JavaScript, and TensorFlow.js by its backends. */
export type Contender = 'adamas' | 'plain' | Backend;

export interface SpeedInput {
  /** True if TensorFlow.js takes part too. */
  readonly tfjs: boolean;
}

export type SpeedMessage =
  | {
      readonly kind: 'row';
      readonly work: Work;
      /** `differs`: it computed other numbers than adamas, so that its time says nothing. */
      readonly timings: Partial<Record<Contender, Timing | 'differs'>>;
    }
  | { readonly kind: 'digest'; readonly found: string; readonly same: boolean };

/** Times every work, and takes the digest. */
export async function speedJob({ tfjs }: SpeedInput, { send, signal }: Channel<SpeedMessage, never>): Promise<void> {
  const peer = tfjs ? await import('./tfjs.js') : undefined;
  for (const work of WORKS) {
    const sides: (readonly [Contender, Side])[] = [
      ['adamas', adamasSide(work)],
      ['plain', plainSide(work)],
    ];
    for (const backend of peer?.backendsFor(work) ?? []) sides.push([backend, await peer!.tfjsSide(backend, work)]);
    const same = sides.filter(([, { numbers }]) => agree(numbers, sides[0]![1].numbers));
    const timings = await race(
      same.map(([, side]) => side),
      signal,
    );
    for (const [, side] of sides) side.dispose?.();
    if (timings === undefined) return;
    const entries = sides.map((side) => [side[0], timings[same.indexOf(side)] ?? 'differs'] as const);
    send({ kind: 'row', work, timings: Object.fromEntries(entries) });
  }
  const found = await digest();
  if (!signal.aborted) send({ kind: 'digest', found, same: found === RECORDED_DIGEST });
}

/** True if numbers are equal up to float32 rounding in another order. */
export function agree(found: ArrayLike<number>, expected: ArrayLike<number>): boolean {
  const same = (value: number, i: number) => Math.abs(found[i]! - value) <= 1e-5 * (1 + Math.abs(value));
  return found.length === expected.length && Array.from(expected).every(same);
}
