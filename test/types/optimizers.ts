// Types of optimizers and schedules: what they allow, refuse and infer. Checked by `npm run types` against the built declarations, never run.
import {
  Adam,
  AdamW,
  type Closure,
  clipGradNorm,
  LBFGS,
  minimize,
  type Optimizer,
  type Parameter,
  parameter,
  SGD,
  StepLR,
} from 'adamas';
import { expectTypeOf } from 'vitest';

const w = parameter([1, 2]);
const array = new Float32Array(2);

// Parameters, arrays of one's own, or groups of either; not a mixture, not plain arrays.
new Adam([w]);
new Adam([array]);
new Adam([{ params: [w], lr: 0.1 }, { params: [w] }], { lr: 0.01 });
// @ts-expect-error: an optimizer takes a list
new Adam(w);
// @ts-expect-error: a plain array has no float32 values to update
new Adam([[1, 2]]);
// @ts-expect-error: either parameters or arrays
new Adam([w, array]);

// Options: torch's names in camelCase, of their own class, and of the right kind.
new Adam([w], { lr: 0.1, betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0, amsgrad: true, maximize: true });
// @ts-expect-error: no such option
new Adam([w], { learningRate: 0.1 });
// @ts-expect-error: momentum is SGD's
new Adam([w], { momentum: 0.9 });
// @ts-expect-error: two betas
new Adam([w], { betas: [0.9] });
// @ts-expect-error: a number
new SGD([w], { lr: '0.1' });
// @ts-expect-error: groups take the options of their optimizer only
new SGD([{ params: [w], betas: [0.9, 0.99] }]);

// A group holds every option of its optimizer; the learning rate may be changed, the betas not in part.
const adam = new Adam([w]);
expectTypeOf(adam.paramGroups[0]!.betas).toEqualTypeOf<readonly [number, number]>();
expectTypeOf(adam.paramGroups[0]!.amsgrad).toEqualTypeOf<boolean>();
adam.paramGroups[0]!.lr = 0.2;
// @ts-expect-error: momentum is SGD's
void adam.paramGroups[0]!.momentum;
expectTypeOf(new SGD([w]).paramGroups[0]!.momentum).toEqualTypeOf<number>();
expectTypeOf(new AdamW([w])).toExtend<Optimizer<never> | AdamW>();

// Steps: over gradients of one's own, null for none.
adam.step();
adam.step([array, null]);
// @ts-expect-error: gradients are float32
adam.step([new Float64Array(2)]);
// @ts-expect-error: only LBFGS takes a closure
adam.step(() => 0);
const closure: Closure = ([gradient]) => gradient!.length;
new LBFGS([array]).step(closure);
// @ts-expect-error: LBFGS needs one
new LBFGS([array]).step();

expectTypeOf(w.grad.subarray(1)).toExtend<Float32Array>();
expectTypeOf(w).toEqualTypeOf<Parameter>();
// @ts-expect-error: values are set in place
w.data = array;
w.requiresGrad = false;

expectTypeOf(clipGradNorm([w], 1)).toEqualTypeOf<number>();
// @ts-expect-error: the norms that there are
clipGradNorm([w], 1, { normType: '2' });

new StepLR(adam, { stepSize: 10 });
// @ts-expect-error: stepSize has no default
new StepLR(adam, {});
// @ts-expect-error: an optimizer comes first
new StepLR(w, { stepSize: 10 });

const result = minimize((x, grad) => grad[0]! * x[0]!, [0], { optimizer: Adam, lr: 0.1 });
expectTypeOf(result.x).toExtend<Float32Array>();
expectTypeOf(result.loss).toEqualTypeOf<number>();
// @ts-expect-error: the class itself, not its name
minimize(() => 0, [0], { optimizer: 'Adam' });
// @ts-expect-error: a loss is a number
minimize(() => '0', [0]);
