// npx tsx test/sweep/run.ts [function ...]: every float32 number through each function, and the largest error there is. Some minutes each.
import { compileTranscendentals, transcendentals } from './transcendentals.js';
import { ulps } from './ulp.js';

const CHUNK = 1 << 20;

const apply = await compileTranscendentals(CHUNK);
const wanted = process.argv.slice(2);
for (const { name, reference, domain } of transcendentals) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  let worst = 0;
  let at = 0;
  let wrongSigns = 0;
  const patterns = new Uint32Array(CHUNK);
  const x = new Float32Array(patterns.buffer);
  for (let start = 0; start < 2 ** 32; start += CHUNK) {
    for (let i = 0; i < CHUNK; i++) patterns[i] = start + i;
    const y = apply(name, x);
    for (let i = 0; i < CHUNK; i++) {
      const value = x[i]!;
      if (!domain(value)) continue;
      const expected = reference(value);
      const error = ulps(y[i]!, expected);
      if (error > worst) [worst, at] = [error, value];
      if (expected === 0 && !Object.is(y[i], expected)) wrongSigns++;
    }
  }
  console.log(`${name}: at most ${worst.toFixed(4)} ulp, at ${at}; ${wrongSigns} zeros of the wrong sign`);
}
