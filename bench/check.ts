import { Adam, parameter } from './adamas.mjs';
import { adam } from './baseline/baseline.mjs';
import { baselineEpoch, CHAPTER_LOSS, chapter } from './chapter.js';
import { fillNormals, uniforms } from './random.mjs';
import { trained } from './rows/training.js';

// Before anything is timed, both sides must compute the same: a benchmark of wrong code is worthless.

function check(what: string, error: number, tolerance: number): void {
  if (!(error <= tolerance)) throw new Error(`${what}: off by ${error}, at most ${tolerance} is allowed`);
}

/** Adam by the equations, in float64. */
function reference(p: Float64Array, gradient: (t: number) => Float32Array, steps: number): void {
  const [m, v] = [new Float64Array(p.length), new Float64Array(p.length)];
  for (let t = 1; t <= steps; t++) {
    const g = gradient(t);
    for (let i = 0; i < p.length; i++) {
      m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
      v[i] = 0.999 * v[i]! + 0.001 * g[i]! ** 2;
      p[i]! -= (0.01 * (m[i]! / (1 - 0.9 ** t))) / (Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 1e-8);
    }
  }
}

/** The baseline and adamas against the reference, over steps with changing gradients. */
function checkAdam(): void {
  const size = 1001;
  const steps = 200;
  const start = fillNormals(new Float32Array(size));
  const gradient = (t: number) => fillNormals(new Float32Array(size), t);
  const expected = Float64Array.from(start);
  reference(expected, gradient, steps);

  const plain = start.slice();
  const [m, v, s] = [new Float32Array(size), new Float32Array(size), { b1t: 1, b2t: 1 }];
  const p = parameter(start);
  const optimizer = new Adam([p], { lr: 0.01 });
  for (let t = 1; t <= steps; t++) {
    adam(plain, gradient(t), m, v, size, 0.01, 0.9, 0.999, 1e-8, s);
    p.grad.set(gradient(t));
    optimizer.step();
  }
  const worst = (got: Float32Array) => got.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
  check('The baseline’s Adam', worst(plain), 1e-5);
  check('The Adam of adamas', worst(p.data), 1e-5);
  optimizer.dispose();
  p.dispose();
}

/** Both sides' chapter: the loss falls to the chapter's. */
function checkChapter(): void {
  const epoch = baselineEpoch(uniforms(1));
  epoch();
  check('The baseline’s loss after two epochs', Math.abs(epoch().at(-1)! - CHAPTER_LOSS.value), CHAPTER_LOSS.byOrder);
  const ours = chapter();
  check(
    'The loss of adamas after two epochs',
    Math.abs(ours.train(2).at(-1)! - CHAPTER_LOSS.value),
    CHAPTER_LOSS.byOrder,
  );
  ours.dispose();
}

/** Both sides' losses of a multi-layer perceptron and of softmax regression, step by step. */
function checkTraining(): void {
  for (const widths of [
    [64, 128, 10],
    [784, 10],
  ]) {
    const held: { dispose(): void }[] = [];
    const hold = <T extends { dispose(): void }>(one: T): T => {
      held.push(one);
      return one;
    };
    const { model, optimizer, features, classes, plain } = trained({ hold }, { widths, batch: 32 }, 1, 0.01);
    for (let t = 1; t <= 10; t++) {
      const loss = model.lossAndGrad('crossEntropy', features, classes);
      optimizer.step();
      const expected = plain(features, classes);
      check(`Loss ${t} of ${widths.join('-')} against the baseline`, Math.abs(loss - expected), 1e-4 * expected + 1e-5);
    }
    for (const one of held.reverse()) one.dispose();
  }
}

/** @throws Error when the baseline or adamas computes something else than it should */
export function checkAll(): void {
  checkAdam();
  checkChapter();
  checkTraining();
}
