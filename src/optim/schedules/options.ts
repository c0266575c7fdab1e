import { checkWhole, type Rule, refuse } from '../../check.js';

/** Above 0, up to 1. */
export const aboveZero: Rule = ['in (0, 1]', (x) => x > 0 && x <= 1];

/** Whole numbers, each at least as large as `least` says of its place. */
export function checkSteps(label: string, value: unknown, least: (i: number) => number): void {
  if (!Array.isArray(value)) refuse(TypeError, label, 'be an array of whole numbers', value);
  value.forEach((step, i) => {
    checkWhole(`${label}[${i}]`, step, least(i));
  });
}
