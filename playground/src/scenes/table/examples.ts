import type { Example } from './state.js';

/** The text of each example, loaded when it is asked for. */
const TEXTS: Readonly<Record<Example, () => Promise<{ default: string }>>> = {
  iris: () => import('../../../../examples/data/iris.csv?raw'),
  cars: () => import('../../../../examples/data/used-cars.csv?raw'),
};

const NAMES: Readonly<Record<Example, string>> = { iris: 'iris.csv', cars: 'used-cars.csv' };

export async function exampleFile(example: Example): Promise<File> {
  const { default: text } = await TEXTS[example]();
  return new File([text], NAMES[example], { type: 'text/csv' });
}
