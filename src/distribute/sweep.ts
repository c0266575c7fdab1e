// Trains with many settings, and finds the best.
import { placeOf } from '../io/places/placeOf.js';
import { show } from '../validate.js';
import { local } from './local.js';
import { moduleHash, moduleName } from './message.js';
import { pack, sha256 } from './payload.js';
import { drawn, grid, type Params } from './search.js';
import { Study, StudyError } from './study.js';
import { readSweep, type SweepInput, type SweepOptions, type SweepOutput, type SweepRow } from './sweepOptions.js';

/** The best training. */
export interface SweepBest extends SweepRow {
  /** Mean of the values of its setting, over seeds and folds. */
  readonly mean: number;
  /** The job's `model`. */
  readonly model: Uint8Array | undefined;
}

/** Result of {@link sweep}. */
export interface SweepResult {
  /** A row for every training, in the order of rung, setting, seed and fold. */
  readonly table: readonly SweepRow[];
  /** Best training of the setting with the best mean over seeds and folds, in the last rung. Of equals, the first. */
  readonly best: SweepBest;
  /** Curves for `lossCurve` of `adamas/plot`: of each setting the first training whose job returned `losses`. */
  readonly curves: Readonly<
    Record<
      string,
      { readonly losses: readonly number[]; readonly history: readonly { epoch: number; steps: number }[] }
    >
  >;
}

/** A training to run. */
interface Trial {
  readonly key: string;
  readonly input: Omit<SweepInput, 'data'>;
}

/**
 * Trains with many settings and seeds, on the cores of this machine or on many machines, and finds the best setting. The result does not depend on
 * the number of workers, or on which training ends first.
 *
 * With `place` the study is kept, and a sweep that was killed continues from there; more `trials` or `seeds` add to the finished ones.
 *
 * @throws TypeError or RangeError for wrong options. Rejects with StudyError if jobs failed, after all others have ended, or if the place holds
 * another study; with `signal.reason` after an abort; with QueueError of the runner `bullmq`. Finished trainings are kept in each case
 * @example
 * ```ts
 * import { sweep } from 'adamas/distribute';
 * const job = `data:text/javascript,export default ({ params: { lr }, seed }) => ({ value: (lr - 0.1) ** 2 + seed / 1000 })`;
 * const { table, best } = await sweep({ job, space: { lr: [1, 0.1, 0.01] }, seeds: 2 });
 * console.log(table.length, best.params, best.value); // 6 { lr: 0.1 } 0
 * ```
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const read = readSweep(options);
  const { job, data, space, search, trials, budgets, folds, direction, seed } = read;
  const seeds = typeof read.seeds === 'number' ? Array.from({ length: read.seeds }, (_, i) => i) : read.seeds;
  let settings = trials === undefined ? grid(space) : drawn(space, trials, seed);
  const place = read.place === undefined ? undefined : placeOf('sweep', read.place);
  const module = await moduleHash(job);
  const given = data === undefined ? {} : { data };
  const dataHash =
    place && data !== undefined ? sha256((await pack('sweep: data', data, Number.POSITIVE_INFINITY)).text) : undefined;
  const plan = { name: read.name ?? moduleName(job), space, search, budgets, folds, seed, module, data: dataHash };
  const study = await Study.open(plan, place);
  const worst = direction === 'minimize' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const isBetter = (a: number, b: number) => (direction === 'minimize' ? a < b : a > b);

  const trialsOf = (params: Params, budget: number | undefined): Trial[] =>
    seeds.flatMap((seed) =>
      Array.from({ length: folds ?? 1 }, (_, fold) => {
        const input = {
          params,
          seed,
          ...(folds !== undefined && { fold, folds }),
          ...(budget !== undefined && { budget }),
        };
        return { key: JSON.stringify(input), input };
      }),
    );
  const meanOf = (trials: readonly Trial[]) =>
    trials.reduce((sum, { key }) => sum + study.rows.get(key)!.value, 0) / trials.length;
  /** The first of the best by their values. */
  const bestOf = <T>(all: readonly T[], score: (one: T) => number): T =>
    all.reduce((best, one) => (isBetter(score(one), score(best)) ? one : best));

  /** Runs the trainings of a rung that the study does not have yet. */
  const run = async (rung: readonly (readonly Trial[])[]) => {
    const of = new Map(rung.flatMap((setting) => setting.map((trial) => [trial.key, { trial, setting }] as const)));
    const open = [...of.values()].filter(({ trial }) => !study.rows.has(trial.key));
    const tasks = open.map(({ trial: { key, input } }) => ({ key, input: { ...input, ...given } }));
    const failures: string[] = [];
    const { timeout, signal, onProgress } = read;
    const progress = onProgress && ((key: string, value: unknown) => onProgress(of.get(key)!.trial.input, value));
    let done = of.size - tasks.length;
    let leader: readonly Trial[] | undefined;
    const settle = (setting: readonly Trial[]) => {
      if (!setting.every(({ key }) => study.rows.has(key))) return;
      // Models of settings that are no longer the best are dropped. Of equals the first leads, whichever ended first.
      const all = leader ? rung.filter((one) => one === leader || one === setting) : [setting];
      leader = bestOf(all, meanOf);
      for (const other of all) if (other !== leader) for (const { key } of other) study.models.delete(key);
    };
    for (const setting of rung) settle(setting);
    try {
      const runner = read.runner ?? local();
      for await (const { key, result, error } of runner.run<SweepOutput>(job, tasks, {
        timeout,
        signal,
        onProgress: progress,
      })) {
        const { trial, setting } = of.get(key)!;
        const problem = error ? `${error.name}: ${error.message}` : problemOf(result, worst);
        if (problem !== undefined) {
          failures.push(`${describe(trial.input)}: ${problem}`);
          continue;
        }
        const { value, model, losses } = result!;
        const row = { ...trial.input, value, ...(losses && { losses: [...losses] }) };
        study.add(key, row, model);
        settle(setting);
        read.onRow?.(row, ++done, of.size);
      }
    } finally {
      await study.save();
    }
    if (failures.length > 0) {
      throw new StudyError(
        `sweep: ${failures.length} of ${of.size} jobs failed${place ? '; the others are kept, and the study continues from them' : ''}. ${failures.sort()[0]}`,
      );
    }
  };

  const table: SweepRow[] = [];
  let rung: Trial[][] = [];
  for (const [i, budget] of (budgets ?? [undefined]).entries()) {
    if (i > 0) {
      const share = budgets![i - 1]! / budget!;
      const order = rung.map((trials, index) => ({ mean: meanOf(trials), index }));
      order.sort((a, b) => (isBetter(a.mean, b.mean) ? -1 : isBetter(b.mean, a.mean) ? 1 : a.index - b.index));
      const kept = order.slice(0, Math.ceil(order.length * share)).map(({ index }) => index);
      settings = settings.filter((_, index) => kept.includes(index));
      for (const { key } of rung.flat()) study.models.delete(key);
    }
    rung = settings.map((params) => trialsOf(params, budget));
    await run(rung);
    for (const { key } of rung.flat()) table.push(study.rows.get(key)!);
  }

  const first = bestOf(rung, meanOf);
  const trial = bestOf(first, ({ key }) => study.rows.get(key)!.value);
  const { key } = trial;
  if (study.modelled.has(key) && !study.models.has(key)) {
    // Its model was dropped when another setting led, before seeds or trials were added: the training is repeated, and gives the same model.
    study.rows.delete(key);
    await run([[trial]]);
  }
  const best = { ...study.rows.get(key)!, mean: meanOf(first), model: study.models.get(key) };
  return { table, best, curves: curvesOf(table) };
}

/** The problem of a job's result; undefined if it has none. */
function problemOf(result: SweepOutput | undefined, worst: number): string | undefined {
  const { value, model, losses } = Object(result) as SweepOutput;
  if (typeof value !== 'number') return `the job must return { value: number }, got ${show(result)}`;
  if (Number.isNaN(value)) return `the job returned the value NaN: return ${worst} for a training that diverged`;
  if (model !== undefined && !ArrayBuffer.isView(model))
    return `the job's model must be a Uint8Array, got ${show(model)}`;
  if (losses !== undefined && !Array.isArray(losses))
    return `the job's losses must be an array of numbers, got ${show(losses)}`;
  return undefined;
}

const textOf = (params: Params): string =>
  Object.entries(params)
    .map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ');

const describe = ({ params, seed, fold, budget }: Trial['input']): string =>
  [
    textOf(params),
    `seed ${seed}`,
    ...(fold === undefined ? [] : [`fold ${fold}`]),
    ...(budget === undefined ? [] : [`budget ${budget}`]),
  ].join(', ');

function curvesOf(table: readonly SweepRow[]): SweepResult['curves'] {
  const curves: Record<string, SweepResult['curves'][string]> = {};
  // With search 'halving' the last rung of a setting has the longest curve.
  for (const { params, budget, losses } of table) {
    const name = textOf(params);
    if (!losses || (curves[name] && (budget === undefined || losses.length <= curves[name].losses.length))) continue;
    curves[name] = { losses, history: losses.map((_, epoch) => ({ epoch, steps: epoch + 1 })) };
  }
  return curves;
}
