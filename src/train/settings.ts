// Settings that determine the result of a fit bit for bit, as texts that its checkpoints record.
import type { Dataset } from '../data/dataset.js';
import type { Layer } from '../nn/layer.js';
import type { Model } from '../nn/model.js';
import type { Schedule } from '../optim/schedules/schedule.js';
import { disposeAfter } from '../resources.js';
import type { Pointer } from '../wasm/kernels.js';
import { copyOf, words } from '../wasm/memory.js';
import { modelKernels } from '../wasm/modelKernels.js';
import type { GroupTexts } from './checkpoint.js';
import type { FitOptimizer } from './fitOptions.js';
import type { ResolvedFitOptions } from './resolvedOptions.js';

/** Options that determine the result of a fit bit for bit. */
const DECIDING = [
  'validation',
  'batchSize',
  'accumulate',
  'shuffle',
  'sampleOrder',
  'dropLast',
  'logEvery',
  'scheduleEvery',
  'clipGradNorm',
  'clipGradValue',
  'skipNonFinite',
  'metrics',
] as const;

/** The settings of a fit of this model and data with these options, as texts. */
export function settingsOf(
  model: Model,
  data: Dataset,
  options: Omit<ResolvedFitOptions, 'resume'>,
): Record<string, string> {
  const { validation, earlyStopping, seed, metrics } = options;
  const texts = partTexts(model, options);
  for (const key of DECIDING) texts[key] = text(options[key as keyof typeof options]);
  texts.data = digest(data, options.sampleWeights);
  // The seed decides which samples are held out; the state of the shuffle is saved.
  if (typeof validation === 'number') texts.validation = `${validation} by seed ${seed}`;
  else if (validation) texts.validation = digest(validation, undefined);
  texts.sampleOrder = options.sampleOrder ? 'given' : 'none';
  texts.metrics = metrics.join(' ') || 'none';
  const { monitor, minDelta, restoreBest } = earlyStopping ?? {};
  texts.earlyStopping = earlyStopping ? `${monitor} by ${minDelta}${restoreBest ? ', restored' : ''}` : 'none';
  return texts;
}

/** The settings of a `partialFit` of data that the caller identifies by a name, as texts. */
export function partialSettings(
  model: Model,
  id: string,
  options: Pick<ResolvedFitOptions, 'optimizer' | 'scheduler' | 'average' | 'loss'> & object,
): Record<string, string> {
  const texts = { ...partTexts(model, options), data: id };
  const keys = ['accumulate', 'clipGradNorm', 'clipGradValue', 'skipNonFinite'];
  return { ...texts, ...Object.fromEntries(keys.map((key) => [key, text(options[key as never])])) };
}

function partTexts(
  { layers }: Model,
  { optimizer, scheduler, average, loss }: Pick<ResolvedFitOptions, 'optimizer' | 'scheduler' | 'average' | 'loss'>,
): Record<string, string> {
  const { decay } = Object(average) as { readonly decay?: number };
  return {
    optimizer: classOf(optimizer),
    scheduler: scheduler ? text(Object(scheduler).label ?? 'of your own') : 'none',
    average: average ? (decay === undefined ? 'of equal weights' : `of decay ${decay}`) : 'none',
    loss: typeof loss.key === 'string' ? loss.key : 'a function',
    layers: layers.map(layerText).join(' '),
  };
}

/** A layer with its options, as text, apart from what a state dict holds. */
function layerText({ name, recipe }: Layer): string {
  return JSON.stringify(recipe ?? [name], (key, value) => (/^(seed|init|mean|std)$/.test(key) ? undefined : value));
}

function text(value: unknown): string {
  return value === undefined ? 'none' : String(value);
}

function classOf(optimizer: FitOptimizer): string {
  return (optimizer.constructor as unknown as { readonly descriptor: { readonly name: string } }).descriptor.name;
}

/** 128 bits of features, targets and weights, as hexadecimal digits: computed in Wasm, at about 0.9 GB a second. */
function digest({ features, targets }: Dataset, weights: ArrayLike<number> | undefined): string {
  return disposeAfter((use) => {
    const state = use(words(4));
    state.view.fill(0);
    const add = (ptr: Pointer, size: number) => modelKernels().digest_u32(state.ptr, ptr, size);
    for (const { block, size } of [features, targets]) add(block.ptr, size);
    if (weights) add(use(copyOf(weights)).ptr, weights.length);
    return Array.from(state.view, (word) => word.toString(16).padStart(8, '0')).join('');
  });
}

/**
 * The options of each group as texts. A schedule sets lr as it goes: with one, lr is the one it began with. Where it may set momentum and betas
 * too, they are left out.
 */
export function optionTexts({
  optimizer,
  scheduler,
}: Pick<ResumedOptions, 'optimizer' | 'scheduler'>): Record<string, string>[] {
  const { cyclesMomentum = true }: Partial<Schedule<object, object>> = scheduler ?? { cyclesMomentum: false };
  return optimizer.paramGroups.map(({ params, initialLr, ...options }) => {
    const { momentum, betas, ...others } = options as Record<string, unknown>;
    const compared = { ...(cyclesMomentum ? others : options), ...(scheduler && { lr: initialLr ?? options.lr }) };
    return Object.fromEntries(Object.entries(compared).map(([key, value]) => [key, text(value)]));
  });
}

/** The options of a fit by which it resumes another. */
export interface ResumedOptions extends Pick<ResolvedFitOptions, 'optimizer' | 'scheduler' | 'override'> {
  readonly resume?: { readonly groups: GroupTexts } | undefined;
}

/** The options of each group at the start of a fit, and as a checkpoint has them later. */
export class GroupOptions {
  readonly #options: ResumedOptions;
  readonly #start: readonly Record<string, string>[];

  constructor(options: ResumedOptions) {
    const { resume, override } = options;
    this.#options = options;
    this.#start = optionTexts(options).map((now, g) => {
      const saved = Object.entries(resume?.groups[g] ?? {});
      const kept = saved.filter(([key]) => key in now && !override.includes(key)).map(([key, [start]]) => [key, start]);
      return { ...now, ...Object.fromEntries(kept) };
    });
  }

  texts(): GroupTexts {
    return optionTexts(this.#options).map((now, g) =>
      Object.fromEntries(Object.entries(now).map(([key, value]) => [key, [this.#start[g]![key] ?? value, value]])),
    );
  }
}
