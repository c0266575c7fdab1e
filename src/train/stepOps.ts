import type { WeightAverage } from '../optim/average.js';
import type { CommonOptions } from '../optim/descriptor.js';
import { afterCheck, type StepPlan, setCheck } from '../optim/stepPlan.js';
import { ResourceOwner } from '../resources.js';
import { kernels, type Pointer } from '../wasm/kernels.js';
import type { Words } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { endOf, OpList, wordOf } from '../wasm/opList.js';
import type { ResolvedTrainingOptions } from './resolvedOptions.js';

/** The options of a fit that decide a step. */
type StepOpsOptions = Pick<
  ResolvedTrainingOptions,
  'optimizer' | 'accumulate' | 'clipGradNorm' | 'clipGradValue' | 'average'
>;

/** An op list for a step: inspection, which stops it where the loss or a gradient is not finite, clipping, the optimizer, the average. */
export class StepOps extends ResourceOwner {
  declare readonly plan: StepPlan<CommonOptions>;
  declare readonly list: Words;
  readonly #optimizer: StepOpsOptions['optimizer'];
  readonly #average: WeightAverage | undefined;
  /** True if the inspection takes the norm: what follows it, or another batch, changes the gradients. */
  readonly #norms: boolean;

  /** With room for the scalars of this number of steps. */
  constructor(options: StepOpsOptions, capacity: number) {
    super();
    const { optimizer, accumulate, clipGradNorm, clipGradValue, average } = options;
    this.#optimizer = optimizer;
    this.#average = average;
    this.#norms = clipGradNorm !== undefined || clipGradValue !== undefined || accumulate > 1;
    this.plan = this.resources.use(optimizer.planSteps(capacity));
    this.list = this.resources.disposeOnError(() => {
      const { plan } = this;
      const ops = new OpList();
      // Nothing is clipped to an infinite norm.
      const maxNorm = clipGradNorm ?? (this.#norms ? Infinity : undefined);
      plan.pushCheck(ops);
      if (clipGradValue !== undefined) ops.push(Op.clamp, ...plan.table, wordOf(clipGradValue));
      ops.append(plan.ops);
      average?.push(ops);
      const list = this.resources.use(ops.write());
      setCheck(list, maxNorm, 2, true);
      return list;
    });
  }

  /** Start of the list for a loop that itself looks whether what is `checked` is finite. */
  get start(): Pointer {
    return this.#norms ? this.list.ptr : afterCheck(this.list);
  }

  /** The address of a table of all gradients, and its rows, which are to be looked at; zeros where the inspection has more to do. */
  get checked(): [Pointer, number] {
    return this.#norms ? [0, 0] : this.plan.table;
  }

  get end(): Pointer {
    return endOf(this.list);
  }

  /** False once options or `requiresGrad` have changed so that the optimizer's steps need other state, or other parameters. */
  holds(): boolean {
    return this.#optimizer.holds(this.plan);
  }

  /** Checks the average and writes its count into the list, before steps are taken. */
  prepare(call: string): void {
    if (this.#average === undefined) return;
    // The user may have updated it meanwhile. The count is the last two words.
    const { count } = this.#average.assertAverages(call);
    this.list.view.set([Math.floor(count / 2 ** 32), count % 2 ** 32], this.list.length - 2);
  }

  /** Records that this number of the steps filled in have been taken. */
  advance(steps: number): void {
    this.plan.advance(steps);
    this.#average?.advance(steps);
  }

  /** The norm of the gradients of the last step, which took its scale from this context. */
  gradNorm(context: Pointer): number {
    if (this.#norms) return kernels().lastGradNorm(context);
    const [table, rows] = this.plan.table;
    return kernels().gradNorm(table, rows, 2);
  }
}
