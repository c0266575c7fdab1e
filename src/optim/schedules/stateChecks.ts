import {
  anyNumber,
  atLeastZero,
  type Check,
  checkInt,
  finiteNumber,
  halfOpenUnit,
  nonNegative,
  nonNegativeInt,
  numberCheck,
  positiveInt,
  refuse,
} from '../../validate.js';
import { increasingSteps, oneOrEach } from './checks.js';

/** A schedule in a SequentialLR is at -1 until its turn comes. */
const lastEpoch: Check = (name, value) => checkInt(name, value, -1);

/** Milestones, and how often each was given. */
const counts: Check = (name, value) => {
  for (const [step, count] of Object.entries(Object(value))) {
    checkInt(`${name}: a milestone`, Number(step), 0);
    positiveInt(`${name}[${step}]`, count);
  }
};

/** Checks of what a schedule keeps beside its options, by torch's names. */
const CHECKS: Readonly<Record<string, Check>> = {
  _last_lr: oneOrEach(nonNegative),
  _milestones: increasingSteps,
  _step_count: nonNegativeInt,
  base_lrs: oneOrEach(nonNegative),
  base_momentums: oneOrEach(halfOpenUnit),
  best: anyNumber,
  cooldown_counter: nonNegativeInt,
  last_epoch: lastEpoch,
  max_lrs: oneOrEach(nonNegative),
  max_momentums: oneOrEach(halfOpenUnit),
  min_lrs: oneOrEach(nonNegative),
  num_bad_epochs: nonNegativeInt,
  step_ratio: numberCheck('between 0 and 1', (x) => x > 0 && x < 1),
  swa_lrs: oneOrEach(nonNegative),
  T_cur: atLeastZero,
  T_i: nonNegativeInt,
  total_size: positiveInt,
  total_steps: positiveInt,
};

/** Progress that a state cannot be without; torch keeps the rest elsewhere or computes it. */
const REQUIRED = /^(_last_lr|_schedulers|_step_count|best|cooldown_counter|last_epoch|num_bad_epochs|T_cur|T_i)$/;

/** stepSize => step_size, tMax => T_max, t0 => T_0 */
export function torchName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^t_?(?=max|mult|0)/, 'T_');
}

/**
 * Throws unless a saved state has the kinds and lengths of a schedule's own, and possible values.
 *
 * @param label - the place of `saved` in error messages
 * @param mine - the schedule's own state; the schedules in it check theirs
 * @param table - its options, with their checks
 */
export function checkState(label: string, mine: object, saved: unknown, table: object): void {
  expectKind(label, mine, saved);
  const options = Object.entries<readonly [Check]>(table as never).map(([key, [check]]) => [torchName(key), check]);
  const checks: Record<string, Check> = { ...CHECKS, ...Object.fromEntries(options) };
  if (endsBelowZero(mine)) checks._last_lr = oneOrEach(finiteNumber);
  for (const [key, own] of Object.entries(mine)) {
    const value: unknown = Object(saved)[key];
    if (value === undefined && !REQUIRED.test(key)) continue;
    expectKind(`${label}.${key}`, own, value);
    if (key === 'milestones') counts(`${label}.${key}`, value);
    else checks[key]?.(`${label}.${key}`, value);
  }
}

/** True for the state of a OneCycleLR, and of what holds one: annealed linearly, it is below 0 after its last step, as torch's is. */
function endsBelowZero(state: object): boolean {
  const { anneal_strategy, _schedulers } = state as { anneal_strategy?: string; _schedulers?: { state: object }[] };
  return anneal_strategy === 'linear' || (_schedulers?.some((one) => endsBelowZero(one.state)) ?? false);
}

/** Throws unless `saved` is of the kind of `mine`, and as long where that is an array, with entries of its kind. */
function expectKind(label: string, mine: unknown, saved: unknown): void {
  if (!Array.isArray(mine)) {
    const fits = typeof saved === typeof mine && saved !== null && !Number.isNaN(saved) && !Array.isArray(saved);
    if (!fits) refuse(TypeError, label, typeof mine === 'object' ? 'be an object' : `be a ${typeof mine}`, saved);
    return;
  }
  if (!Array.isArray(saved) || saved.length !== mine.length) {
    refuse(TypeError, label, `be an array of ${mine.length}`, saved);
  }
  for (const [i, own] of mine.entries()) {
    if (typeof own !== 'object') expectKind(`${label}.${i}`, own, saved[i]);
  }
}

/** A copy that shares nothing, of plain data or of a state that holds schedules. */
export function copyState(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyState);
  if ('stateDict' in value && typeof value.stateDict === 'function') return value.stateDict();
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyState(item)]));
}
