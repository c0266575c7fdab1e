import { type Check, checkInt, numberCheck, refuse } from '../../validate.js';

/** In (0, 1]. */
export const unitIntervalAboveZero = /* @__PURE__ */ numberCheck('in (0, 1]', (x) => x > 0 && x <= 1);

/** A check of an option that is one value for all groups, or an array of one for each. */
/* @__NO_SIDE_EFFECTS__ */
export const oneOrEach =
  (check: Check): Check =>
  (name, value) => {
    if (!Array.isArray(value)) check(name, value);
    else for (const [i, one] of value.entries()) check(`${name}[${i}]`, one);
  };

/** Steps in any order, each a whole number of at least 0. */
export const steps: Check = (name, value) => checkSteps(name, value, () => 0);

/** Steps from 1 on, each later than the one before. */
export const increasingSteps: Check = (name, value) => checkSteps(name, value, (before) => (before ?? 0) + 1);

function checkSteps(name: string, value: unknown, least: (before: number | undefined) => number): void {
  if (!Array.isArray(value)) refuse(TypeError, name, 'be an array of whole numbers', value);
  // entries() visits holes, forEach() would not.
  for (const [i, step] of value.entries()) checkInt(`${name}[${i}]`, step, least(value[i - 1]));
}
