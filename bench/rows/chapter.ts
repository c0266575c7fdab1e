import { fit } from '../adamas.js';
import { baselineEpoch, chapter } from '../chapter.js';
import type { Contender, Row, Run } from '../harness/row.js';
import { pytorch } from '../peers.js';

/** Epochs of one call to fit, so that what it does once weighs little. */
const EPOCHS = 50;
const pieces = { count: EPOCHS, name: 'epoch' };

function baseline(epochs: number): () => void {
  const epoch = baselineEpoch();
  return () => {
    for (let i = 0; i < epochs; i++) epoch();
  };
}

/** PyTorch's own ways to write the epoch, where there is a PyTorch. */
async function peers(run: Run): Promise<Record<string, Contender>> {
  const found = await pytorch('chapter', ['adam', 'fused']);
  if (found.length === 0) run.leaveOut('PyTorch (no python3 has torch)');
  return Object.fromEntries(
    found.map((child) => [
      run.hold(child).title,
      { nanoseconds: async (budget: number) => EPOCHS * (await child.nanoseconds(budget)) },
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
