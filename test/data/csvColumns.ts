// Tables of one text: read, refused, and read as proposed.
import { CsvError, type CsvOptions, parseCsv } from '../../src/datasets.js';

export const read = (text: string, options: Partial<CsvOptions> = {}) => parseCsv(text, { target: 'y', ...options });
export const column = (values: readonly string[]) => `x,y\n${values.map((value, i) => `"${value}",${i}\n`).join('')}`;

export function errorOf(text: string, options: Partial<CsvOptions> = {}): CsvError {
  try {
    read(text, options).dispose();
  } catch (error) {
    if (error instanceof CsvError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

/** The table of a text that is refused, read by what its error proposes. */
export function readAsProposed(text: string, options: Partial<CsvOptions> = {}) {
  const { fix } = errorOf(text, options);
  return read(text, { ...options, ...fix, columns: { ...options.columns, ...fix.columns } });
}

export const features = ({ data }: { data: { features: { data: Float32Array } } }) => [...data.features.data];
