// The proof that no bytes break the readers of safetensors and of models: they are read as they are, or refused as no such file.
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { Adam, memoryUsage } from '../../src/index.js';
import { FormatError, fromBytes, readSafetensors, toBytes, writeSafetensors } from '../../src/io.js';
import { hostile } from '../io/hostile.js';
import { randomModel } from '../io/randomModels.js';
import { describedIn, withDescription } from '../io/sealing.js';
import { proofArguments, writeFigures } from './proof.js';

/** Fails unless these bytes are refused by name, or read as a file that means the same when it is written again. */
export function checkReader(bytes: Uint8Array): 'read' | 'refused' {
  let file: ReturnType<typeof readSafetensors>;
  try {
    file = readSafetensors(bytes);
  } catch (error) {
    if (error instanceof FormatError) return 'refused';
    throw error;
  }
  const held = Object.values(file.tensors).reduce((sum, { data }) => sum + data.length, 0);
  if (held > bytes.length) throw new Error(`${held} numbers out of ${bytes.length} bytes`);
  for (const [key, { shape, data }] of Object.entries(file.tensors)) {
    const size = shape.reduce((product, axis) => product * axis, 1);
    if (size !== data.length) throw new Error(`${key} has shape ${shape} and ${data.length} numbers`);
  }
  const again = readSafetensors(writeSafetensors(file.tensors, file.metadata));
  const text = (one: typeof file) =>
    JSON.stringify([Object.entries(one.tensors).sort(([a], [b]) => (a < b ? -1 : 1)), one.metadata], (_, value) =>
      ArrayBuffer.isView(value) ? Array.from(value as Float32Array, String) : value,
    );
  if (text(again) !== text(file)) throw new Error('a file that means something else when it is written again');
  return 'read';
}

/** Files of models, for what is broken in their descriptions. */
const sound = Array.from({ length: 12 }, (_, seed) => {
  const { model } = randomModel(seed);
  const parameters = model.parameters();
  const optimizer = parameters.length > 0 ? new Adam(parameters) : undefined;
  const bytes = toBytes(model, { optimizer, meta: { a: new Float32Array(2), b: [1, '2'] } });
  optimizer?.dispose();
  model.dispose();
  return { bytes, text: JSON.stringify(describedIn(bytes)) };
});

const value = fc.constantFrom(
  '0',
  '1',
  '-1',
  '0.5',
  '1e300',
  '7',
  'null',
  'true',
  '""',
  '"relu"',
  '"0.weight"',
  '[]',
  '{}',
  '[1]',
  '{"$tensor":"0.weight"}',
);

/** A model's file whose description has some values in other values' places, or some text lost, and a digest that says so. */
const brokenModel = fc
  .tuple(
    fc.nat(sound.length - 1),
    fc.array(fc.tuple(fc.nat(400), value), { minLength: 1, maxLength: 3 }),
    fc.nat(20),
    fc.boolean(),
  )
  .map(([which, edits, lost, loses]) => {
    const { bytes, text } = sound[which]!;
    let changed = text;
    for (const [at, other] of edits) {
      // The values of JSON that hold no others.
      const values = [...changed.matchAll(/(?<=[:,[])("[^"]*"(?!:)|-?[\d.e+-]+|true|false|null|\[\]|\{\})/g)];
      const one = values[at % values.length];
      if (one) changed = changed.slice(0, one.index) + other + changed.slice(one.index + one[0].length);
    }
    if (loses) changed = changed.slice(0, lost * 3) + changed.slice(lost * 3 + 1 + (lost % 5));
    return withDescription(bytes, changed);
  });

/** Fails unless these bytes are refused by name and leave nothing behind, or give a model that predicts. */
export function checkModel(bytes: Uint8Array): 'read' | 'refused' {
  const used = memoryUsage();
  let outcome: 'read' | 'refused' = 'refused';
  try {
    const { model } = fromBytes(bytes);
    outcome = 'read';
    if (model.inputs < 1e4) model.predict(new Float32Array(model.inputs));
    model.dispose();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  if (memoryUsage() !== used) throw new Error(`${memoryUsage() - used} bytes were left behind`);
  return outcome;
}

/**
 * Reads `count` hostile files drawn from `seed`, every tenth of them a model's.
 *
 * @returns how many of them were read and how many refused
 * @throws what broke, with the file that did it
 */
export function run(count: number, seed: number): Record<'read' | 'refused', number> {
  const outcomes = { read: 0, refused: 0 };
  const models = Math.ceil(count / 10);
  const check = (
    arbitrary: fc.Arbitrary<Uint8Array>,
    numRuns: number,
    one: (bytes: Uint8Array) => 'read' | 'refused',
  ) =>
    fc.assert(
      fc.property(arbitrary, (bytes) => {
        outcomes[one(bytes)]++;
      }),
      { numRuns, seed },
    );
  check(hostile, count - models, checkReader);
  check(brokenModel, models, checkModel);
  return outcomes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { count, seed, write } = proofArguments(1_000_000);
  const start = performance.now();
  const { read, refused } = run(count, seed);
  const seconds = Math.round((performance.now() - start) / 1000);
  const figures = `${count.toLocaleString('en')} files of seed ${seed}: ${read.toLocaleString('en')} read as they are, ${refused.toLocaleString('en')} refused by name, none else, in ${seconds} s.`;
  console.log(figures);
  if (write) writeFigures('safetensors', figures);
}
