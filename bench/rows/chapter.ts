import { airfoil, fit } from '../adamas.mjs';
import { baselineEpoch, CHAPTER_LOSS, chapter } from '../chapter.js';
import type { Contenders, Row, Run, Timed } from '../harness/row.js';

/** Epochs of one call to fit: enough that its setup weighs little. */
const EPOCHS = 50;
const pieces = { count: EPOCHS, name: 'epoch' };

function baseline(epochs: number): () => void {
  const epoch = baselineEpoch();
  return () => {
    for (let i = 0; i < epochs; i++) epoch();
  };
}

/** PyTorch, which runs one epoch per call. */
async function peers(run: Run): Promise<Contenders> {
  const data = airfoil();
  const [features, targets] = [Array.from(data.features.data), Array.from(data.targets.data)];
  data.dispose();
  const expected = { values: [CHAPTER_LOSS.value], relative: 0, absolute: CHAPTER_LOSS.byOrder };
  const found = await run.peers(['PyTorch'], { kind: 'chapter', features, targets }, expected);
  return Object.fromEntries(
    Object.entries(found).map(([title, child]) => [
      title,
      { nanoseconds: async (budget: number) => EPOCHS * (await (child as Timed).nanoseconds(budget)) },
    ]),
  );
}

export const chapterRows: readonly Row[] = [
  {
    name: `chapter's epoch, fitSync of ${EPOCHS}`,
    pieces,
    async setup(run) {
      const { train } = run.hold(chapter());
      return { adamas: () => train(EPOCHS), baseline: baseline(EPOCHS), ...(await peers(run)) };
    },
  },
  {
    name: "chapter's epoch, fitSync of 1",
    setup(run) {
      const { train } = run.hold(chapter());
      return { adamas: () => train(1), baseline: baseline(1) };
    },
  },
  {
    name: `chapter's epoch, fit of ${EPOCHS}`,
    pieces,
    setup(run) {
      const { model, data, options } = run.hold(chapter());
      return { adamas: () => fit(model, data, { ...options, epochs: EPOCHS }), baseline: baseline(EPOCHS) };
    },
  },
  {
    name: 'predict of one row, with out',
    setup(run) {
      const { model, data } = run.hold(chapter());
      const row = data.features.data.slice(0, model.inputs);
      const [w, b] = model.parameters().map((parameter) => parameter.data.slice()) as [Float32Array, Float32Array];
      const out = new Float32Array(1);
      return {
        adamas: () => model.predict(row, out),
        baseline() {
          let sum = b[0]!;
          for (let j = 0; j < row.length; j++) sum += row[j]! * w[j]!;
          out[0] = sum;
        },
      };
    },
  },
];
