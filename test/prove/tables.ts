// Public tables out of npm and Debian packages at pinned versions: read as they are, else with what one error proposes; every number and every class equal to
// Papa Parse's fields. The packages are installed by npm into a temporary folder.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { CsvError, type CsvOptions, readCsv, type Table } from '../../src/datasets.js';
import { Adam, fitSync, linear, normalization, sequential } from '../../src/index.js';
import { proofArguments, writeFigures } from './proof.js';

/** Tables by package: their files, without `.csv`, and a column of each to predict. */
const PACKAGES: Readonly<Record<string, readonly (readonly [file: string, target: string])[]>> = {
  'vega-datasets@3.2.1': [
    ['data/airports', 'latitude'],
    ['data/co2-concentration', 'CO2'],
    ['data/disasters', 'Deaths'],
    ['data/gapminder-health-income', 'health'],
    ['data/github', 'count'],
    ['data/global-temp', 'temp'],
    ['data/iowa-electricity', 'net_generation'],
    ['data/seattle-weather', 'weather'],
    ['data/stocks', 'price'],
    ['data/us-employment', 'nonfarm'],
    ['data/birdstrikes', 'Cost Total $'],
    ['data/flights-airport', 'count'],
    ['data/la-riots', 'age'],
    ['data/population_engineers_hurricanes', 'engineers'],
    ['data/seattle-weather-hourly-normals', 'temperature'],
    ['data/sp500-2000', 'close'],
    ['data/sp500', 'price'],
    ['data/species', 'habitat_yearround_pct'],
    ['data/weather', 'temp_max'],
    ['data/windvectors', 'speed'],
    ['data/zipcodes', 'latitude'],
    ['data/lookup_groups', 'group'],
    ['data/lookup_people', 'height'],
  ],
};

/** The same of Debian packages, which are taken where there is apt-get. */
const DEBIAN = ['python3-statsmodels=0.13.5+dfsg-7', 'python3-sklearn=1.2.1+dfsg-1'];
const DEBIAN_FOLDER = 'usr/lib/python3/dist-packages';
const SCIKIT_TABLES: readonly (readonly [file: string, target: string])[] = [
  ['boston_house_prices', 'MEDV'],
  ['iris', 'virginica'],
  ['linnerud_exercise', 'Jumps'],
  ['linnerud_physiological', 'Waist'],
];
const STATSMODELS_TABLES: readonly (readonly [file: string, target: string])[] = [
  ['anes96/anes96', 'vote'],
  ['cancer/cancer', 'population'],
  ['ccard/ccard', 'OWNRENT'],
  ['china_smoking/china_smoking', 'smoking_no_cancer_no'],
  ['co2/co2', 'co2'],
  ['committee/committee', 'BILLS103'],
  ['copper/copper', 'TIME'],
  ['cpunish/cpunish', 'DEGREE'],
  ['danish_data/data', 'ide'],
  ['elec_equip/elec_equip', 'STS.M.I7.W.TOVT.NS0016.4.000'],
  ['elnino/elnino', 'DEC'],
  ['engel/engel', 'foodexp'],
  ['fair/fair', 'affairs'],
  ['fair/fair_pt', 'naffairs'],
  ['fertility/fertility', '2011'],
  ['grunfeld/grunfeld', 'year'],
  ['heart/heart', 'age'],
  ['interest_inflation/E6', 'R'],
  ['longley/longley', 'YEAR'],
  ['macrodata/macrodata', 'realint'],
  ['modechoice/modechoice', 'psize'],
  ['nile/nile', 'volume'],
  ['randhie/randhie', 'hlthp'],
  ['scotland/scotvote', 'COUTAX_FEMALEUNEMP'],
  ['spector/spector', 'GRADE'],
  ['stackloss/stackloss', 'ACIDCONC'],
  ['star98/star98', 'PERSPEN_PTRATIO_PCTAF'],
  ['statecrime/statecrime', 'urban'],
  ['strikes/strikes', 'iprod'],
  ['sunspots/sunspots', 'SUNACTIVITY'],
  ['../genmod/tests/results/epil', 'y'],
  ['../regression/tests/results/dietox', 'Weight'],
  ['../discrete/tests/results/ships', 'accident'],
  ['../miscmodels/tests/results/ologit_ucla', 'apply'],
  ['../stats/tests/results/framing', 'age'],
];

const { count, write } = proofArguments(1000);
const folder = mkdtempSync(join(tmpdir(), 'adamas-tables-'));
try {
  install(Object.keys(PACKAGES));
  const tables = Object.entries(PACKAGES).flatMap(([name, files]) =>
    files.map(([file, target]) => ({ path: join(folder, 'node_modules', bare(name), `${file}.csv`), target })),
  );
  if (count > tables.length && unpackDebian()) {
    const path = (file: string) => join(folder, DEBIAN_FOLDER, `${file}.csv`);
    for (const [file, target] of STATSMODELS_TABLES)
      tables.push({ path: path(`statsmodels/datasets/${file}`), target });
    for (const [file, target] of SCIKIT_TABLES) tables.push({ path: path(`sklearn/datasets/data/${file}`), target });
  }
  const counts = { tables: 0, asTheyAre: 0, cells: 0, trained: 0 };
  for (const { path, target } of tables.slice(0, count)) await prove(path, target, counts);
  const figures = `${counts.tables} public tables: ${counts.asTheyAre} read without any option but their target, the others with what one error proposed. ${counts.cells.toLocaleString('en')} cells equal to Papa Parse's; all of them normalized and trained on.`;
  console.log(figures);
  if (write) writeFigures('tables', figures);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function install(packages: readonly string[]): void {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--legacy-peer-deps', '--silent'];
  const { status } = spawnSync('npm', ['install', ...flags, ...packages], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm install ${packages.join(' ')} ended with ${status}`);
  if (readdirSync(folder).length === 0) throw new Error('npm installed nothing');
}

/** Unpacks the Debian packages; false where they cannot be had. */
function unpackDebian(): boolean {
  if (spawnSync('apt-get', ['download', ...DEBIAN], { cwd: folder, stdio: 'ignore' }).status !== 0) {
    console.log(`without the tables of ${DEBIAN.join(' and ')}, which apt-get does not have here`);
    return false;
  }
  const packages = readdirSync(folder).filter((file) => file.endsWith('.deb'));
  return packages.every((deb) => spawnSync('dpkg', ['-x', deb, '.'], { cwd: folder }).status === 0);
}

function bare(name: string): string {
  return name.slice(0, name.lastIndexOf('@'));
}

type Counts = Record<'tables' | 'asTheyAre' | 'cells' | 'trained', number>;

/** Reads a table, with the proposal of one error at most, compares it and trains on it. */
async function prove(path: string, target: string, counts: Counts): Promise<void> {
  const name = path.slice(folder.length + 14);
  let options: CsvOptions = { target };
  let read: Table;
  try {
    read = await readCsv(path, options);
    counts.asTheyAre++;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    options = { ...options, ...error.fix } as CsvOptions;
    try {
      read = await readCsv(path, options);
    } catch (second) {
      throw new Error(`${name}: refused with what was proposed, ${JSON.stringify(error.fix)}: ${second}`);
    }
  }
  counts.cells += compare(name, read, readFileSync(path, 'utf8'), options);
  train(read);
  read.dispose();
  counts.tables++;
}

/** Compares the values of all cells with the fields by Papa Parse. Returns their number. */
function compare(name: string, table: Table, text: string, options: CsvOptions): number {
  const { delimiter = ',', quote, skip = 0, rowNames } = options;
  const { data } = Papa.parse(text.replace(/^\uFEFF/, ''), {
    delimiter,
    skipEmptyLines: true,
    ...(quote !== undefined && { quoteChar: quote as string }),
  });
  if (typeof skip === 'number') data.splice(0, skip);
  const header = [...(rowNames ? [''] : []), ...data[0]!.map((field) => field.trim())];
  const rows = data.slice(1);
  const { features, targets } = table.data;
  const missing = new Set(['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', '?']);
  const detail = (column: string) => Object(options.columns?.[column]);
  const isMissing = (column: string, field: string) =>
    missing.has(field) || detail(column).missingValues?.includes(field);
  const policy = (column: string) => detail(column).missing ?? Object(options.missing)[column] ?? options.missing;
  const columns = [...table.columns, ...table.targets];
  const kept = rows.filter((row) =>
    columns.every(({ name }) => {
      const dropped = policy(name) === 'drop' || (table.targets[0]!.name === name && policy(name) !== undefined);
      return !(dropped && isMissing(name, row[header.indexOf(name)]!.trim()));
    }),
  );
  if (kept.length !== table.data.length)
    throw new Error(`${name}: ${table.data.length} rows, Papa Parse ${kept.length}`);
  let [cells, offset] = [0, 0];
  const width = table.features.length;
  for (const column of columns) {
    const isTarget = column.name === options.target;
    const at = header.indexOf(column.name);
    const got = (i: number, k = 0) => (isTarget ? targets.data[i]! : features.data[i * width + offset + k]!);
    for (const [i, row] of kept.entries()) {
      const field = row[at]!.trim();
      const special = isMissing(column.name, field) || typeof detail(column.name).clean === 'function';
      if (special) continue;
      if (column.kind === 'category') {
        cells++;
        const classes = column.classes as readonly string[];
        const rank = isTarget ? got(i) : classes.findIndex((_, k) => got(i, k) === 1);
        const expected = classes[rank];
        if (expected !== field && Number(expected) !== Number(field)) differ(name, column.name, i, expected, field);
      } else if (/^\d{4}-\d\d-\d\d$/.test(field)) {
        cells++;
        const days = Date.parse(field) / 864e5;
        if (got(i) !== days) differ(name, column.name, i, got(i), days);
      } else if (column.kind === 'number' && detail(column.name).decimal === undefined) {
        cells++;
        const plain =
          detail(column.name).thousands === undefined ? field : field.replaceAll(detail(column.name).thousands, '');
        const number = Math.fround(Number(plain.replace(detail(column.name).unit ?? '', '')));
        if (got(i) !== number) differ(name, column.name, i, got(i), number);
      }
    }
    if (!isTarget) offset += column.kind === 'category' ? column.classes.length : 1;
  }
  return cells;
}

function differ(name: string, column: string, row: number, got: unknown, expected: unknown): never {
  throw new Error(`${name}: row ${row}, column ${column} is ${got}, but ${expected} by Papa Parse`);
}

/** Scales and trains as docs/data.md says; the loss must be a number. */
function train(table: Table): void {
  const outputs = table.classes ? Math.max(2, table.classes.length) : 1;
  const model = sequential(normalization(table), linear(table.features.length, outputs, { seed: 1 }));
  const optimizer = new Adam(model.parameters(), { lr: 0.01 });
  const loss = table.classes ? 'crossEntropy' : 'mse';
  fitSync(model, table.data, { loss, optimizer, epochs: 1, batchSize: 256 });
  const { loss: last } = model.evaluate(table.data);
  if (!Number.isFinite(last)) throw new Error(`the loss is ${last}`);
  for (const one of [optimizer, model]) one.dispose();
}
