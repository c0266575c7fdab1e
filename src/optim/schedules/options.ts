import { checkInt, numberCheck, refuse } from '../../validate.js';

/** Above 0, up to 1. */
export const halfOpenUnitAbove = numberCheck('in (0, 1]', (x) => x > 0 && x <= 1);

/** Whole numbers, each at least as large as `least` says of its place. */
export function checkSteps(label: string, value: unknown, least: (i: number) => number): void {
  if (!Array.isArray(value)) refuse(TypeError, label, 'be an array of whole numbers', value);
  value.forEach((step, i) => {
    checkInt(`${label}[${i}]`, step, least(i));
  });
}
