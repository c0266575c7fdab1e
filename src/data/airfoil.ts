import { disposeOnError } from '../resources.js';
import { tensor } from '../tensor.js';
import { BANDS, RUNS } from './airfoil.data.js';
import { type Dataset, dataset } from './dataset.js';
import { standardizeColumns } from './moments.js';

/** A column of the airfoil table. */
export interface Column {
  readonly name: string;
  readonly unit: string;
}

/** The airfoil table as published: 1503 rows of six figures. */
export interface AirfoilTable {
  /** Name and unit of each column; the last is the target. */
  readonly columns: readonly Column[];
  /** The figures as printed, in the order of the published table. */
  readonly rows: readonly (readonly string[])[];
  /** The citation of its source. */
  readonly citation: string;
}

const COLUMNS: readonly Column[] = [
  { name: 'frequency', unit: 'Hz' },
  { name: 'angle of attack', unit: 'deg' },
  { name: 'chord length', unit: 'm' },
  { name: 'free-stream velocity', unit: 'm/s' },
  { name: 'suction-side displacement thickness', unit: 'm' },
  { name: 'scaled sound pressure level', unit: 'dB' },
];

const CITATION =
  'T. F. Brooks, D. S. Pope and M. A. Marcolini, "Airfoil self-noise and prediction", NASA RP-1218, July 1989. ' +
  'UCI Machine Learning Repository, https://doi.org/10.24432/C5VW2C, CC BY 4.0.';

/** Rows that the chapter trains on. */
const CHAPTER_ROWS = 1500;

/**
 * NASA's airfoil self-noise table, as published: 1503 measurements of airfoil sections in an anechoic wind tunnel.
 *
 * @returns its columns with units, its rows with the figures as printed, and the citation of its source
 * @example
 * ```ts
 * import { airfoilTable } from 'adamas/datasets';
 * const { columns, rows } = airfoilTable();
 * console.log(rows.length, columns[0]!.name, rows[0]![0], columns[0]!.unit); // 1503 frequency 800 Hz
 * ```
 */
export function airfoilTable(): AirfoilTable {
  const rows = RUNS.trim()
    .split('\n')
    .flatMap((run) => {
      const [angle, chord, velocity, thickness, first, levels] = run.split(',') as [
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      const band = BANDS.indexOf(Number(first));
      return levels.split(' ').map((level, i) => [String(BANDS[band + i]), angle, chord, velocity, thickness, level]);
    });
  return { columns: COLUMNS, rows, citation: CITATION };
}

/**
 * The airfoil data as *Dive into Deep Learning* trains on it (`get_data_ch7`): all six columns standardised over the 1503 rows (population
 * deviation), then the first 1500 rows. Features [1500, 5]: frequency, angle of attack, chord length, free-stream velocity, displacement
 * thickness. Targets [1500]: the sound pressure level.
 *
 * @returns a dataset, which the caller disposes
 * @throws OutOfMemoryError
 * @example
 * ```ts
 * import { airfoil } from 'adamas/datasets';
 * const data = airfoil();
 * console.log(data.features.shape, data.targets.shape); // [ 1500, 5 ] [ 1500 ]
 * ```
 */
export function airfoil(): Dataset {
  const { columns, rows } = airfoilTable();
  const width = columns.length;
  const values = standardizeColumns(Float64Array.from(rows.flat(), Number), rows.length, width);
  const features = new Float64Array(CHAPTER_ROWS * (width - 1));
  const targets = new Float64Array(CHAPTER_ROWS);
  for (let i = 0; i < CHAPTER_ROWS; i++) {
    features.set(values.subarray(i * width, i * width + width - 1), i * (width - 1));
    targets[i] = values[i * width + width - 1]!;
  }
  return disposeOnError((use) => dataset(use(tensor(features, [CHAPTER_ROWS, width - 1])), targets));
}
