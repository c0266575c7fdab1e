// An exercise of the chapter "Adam": it is momentum and RMSProp in one. Take either away and the other is left.
import { lossCurve } from 'adamas/plot';
import { type ByHand, epochAxis, type Run, trainByHand, trainWithAdam } from './chapter.js';
import { saveSvg } from './pictures.js';

/** RMSProp with Adam's bias correction: s = beta s + (1 - beta) g^2; x = x - lr g / (sqrt(s / (1 - beta^t)) + eps) */
function rmsprop(lr: number, beta: number, eps: number): ByHand {
  return (params) => {
    const states = params.map(({ size }) => new Float64Array(size));
    let t = 0;
    return () => {
      t++;
      params.forEach(({ data: x, grad: g }, k) => {
        const s = states[k]!;
        for (let i = 0; i < x.length; i++) {
          s[i] = beta * s[i]! + (1 - beta) * g[i]! ** 2;
          x[i] = x[i]! - (lr * g[i]!) / (Math.sqrt(s[i]! / (1 - beta ** t)) + eps);
        }
      });
    };
  };
}

/** Momentum as the chapter writes it, v = beta v + g; x = x - rate v, at the rate lr (1 - beta) / (1 - beta^t), which settles down to lr (1 - beta). */
function momentum(lr: number, beta: number): ByHand {
  return (params) => {
    const velocities = params.map(({ size }) => new Float64Array(size));
    let t = 0;
    return () => {
      const rate = (lr * (1 - beta)) / (1 - beta ** ++t);
      params.forEach(({ data: x, grad: g }, k) => {
        const v = velocities[k]!;
        for (let i = 0; i < x.length; i++) {
          v[i] = beta * v[i]! + g[i]!;
          x[i] = x[i]! - rate * v[i]!;
        }
      });
    };
  };
}

const adam = trainWithAdam({ lr: 0.01 });

// Without an average of the gradient, beta1 = 0, mHat is the gradient itself.
const withoutMomentum = trainWithAdam({ lr: 0.01, betas: [0, 0.999] });
compare('Adam with beta1 = 0', withoutMomentum, 'RMSProp', trainByHand(rmsprop(0.01, 0.999, 1e-8)));

// Beside a huge eps the square root vanishes, so that the denominator is eps in every step; lr makes up for it.
const eps = 1e10;
const constantDenominator = trainWithAdam({ lr: 0.03 * eps, eps });
compare('Adam with a constant denominator', constantDenominator, 'momentum', trainByHand(momentum(0.03, 0.9)));

const curves = { Adam: adam, RMSProp: withoutMomentum, momentum: constantDenominator };
const title = 'Adam, and what is left of it without either half';
console.log(
  `The curves as an SVG: ${saveSvg('adam-is-momentum-and-rmsprop', lossCurve(curves, { title, ...epochAxis }))}`,
);

/** Prints how far two runs that should be one are apart, beside how far the first is from Adam itself. */
function compare(name: string, a: Run, other: string, b: Run): void {
  const apart = largestDifference(a, b);
  console.log(`${name} is ${other}: their weights differ by at most ${apart.toExponential(1)} after 300 steps`);
  console.log(`  (from those of Adam itself by ${largestDifference(a, adam).toExponential(1)})`);
  if (!(apart < 1e-6)) throw new Error(`${name} must be ${other}`);
}

function largestDifference(a: Run, b: Run): number {
  return Math.max(...a.weights.map((weight, i) => Math.abs(weight - b.weights[i]!)));
}
