import { show } from '../../validate.js';
import { numberOf } from '../numberOf.js';
import { type CsvNote, countText } from './error.js';
import { first, type Observed } from './observed.js';

/** Facts about a column that can be read. */
export function notesOn(observed: Observed): CsvNote[] {
  const { plan, as, count, texts, lost, leadingZeros, min, max } = observed;
  const column = plan.name;
  const notes: CsvNote[] = [];
  const note = (code: CsvNote['code'], message: string) => notes.push({ code, column, message });
  if (as === 'number') {
    if (lost) {
      const read = String(Math.fround(numberOf(lost.text)));
      note('lostDigits', `loses digits in float32: ${countText(lost.count, count)} rounded, ${lost.text} to ${read}`);
    } else if (observed.spread && observed.roundingError > 1e-3 * observed.std) {
      note('lostDigits', 'loses digits in float32: its values differ by little more than they are rounded');
    }
    if (leadingZeros !== undefined) {
      note(
        'leadingZeros',
        `loses leading zeros: ${show(leadingZeros)} is read as ${Math.fround(numberOf(leadingZeros))}; say 'category' for codes`,
      );
    }
    if (min === max && count > 1) note('constant', `is constant, ${min}`);
    if (observed.sequential && !plan.isTarget && plan.kind === undefined) note('rowNumbers', 'numbers the rows');
    return notes;
  }
  if (texts.size === 1 && count > 1) note('constant', `is constant, ${show(first(texts).text)}`);
  else if (texts.size >= 10 && texts.size > count / 2) {
    note('manyClasses', `has ${texts.size} classes in ${count} values: does it identify the rows?`);
  }
  return notes;
}
