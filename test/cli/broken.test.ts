// Broken input: an error of one to three lines that names what is wrong, the right exit code, and nothing half-written.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type TableSource, trainTable } from '../../src/tabular.js';
import { adamas, bytes, cli, folder, iris } from './command.js';

/** A table with text, by rows. */
const rows = (...lines: string[]) => `${lines.join('\n')}\n`;
const good = rows('x,y', ...Array.from({ length: 40 }, (_, i) => `${i},${2 * i + (i % 3)}`));

/** The files of a case: they are there before it. */
const FILES: Record<string, string | Uint8Array> = {
  'good.csv': good,
  'iris.csv': readFileSync(iris),
  'empty.csv': '',
  'header.csv': 'x,y\n',
  'blank.csv': '\n\n\n',
  'one.csv': rows('x,y', '1,2'),
  'binary.csv': Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251),
  'png.csv': Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]),
  'latin.csv': Buffer.from(rows('x,n,y', '1,caf\xe9,2', '2,th\xe9,3'), 'latin1'),
  'cut.csv.gz': Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]),
  'missing.csv': rows('x,y', '1,2', ',3', '4,5'),
  'nothing.csv': rows('x,y', ',', ',', ','),
  'no-target.csv': rows('x,y', '1,', '2,', '3,'),
  'text.csv': rows('x,y', '1,2', 'two,3', '3,4', '4,5'),
  'decimal.csv': rows('x;y', '1,5;2', '2,5;3', '3,5;4'),
  'dates.csv': rows('day,y', '2024-01-01,1', '2024-01-02,2', '2024-01-03,3'),
  'short.csv': rows('x,y', '1,2', '3', '4,5'),
  'long.csv': rows('x,y', '1,2', '3,4,5', '4,5'),
  'twice.csv': rows('x,x,y', '1,2,3', '4,5,6'),
  'unnamed.csv': rows('x,,y', '1,2,3', '4,5,6'),
  'numbers.csv': rows('1,2', '3,4', '5,6'),
  'quote.csv': rows('x,y', '1,2', '"3,4', '5,6'),
  'constant.csv': rows('x,kind', '1,a', '2,a', '3,a'),
  'alone.csv': rows('y', '1', '2', '3'),
  'names.csv': rows('name,y', ...Array.from({ length: 120 }, (_, i) => `person ${i},${i}`)),
  'html.csv': '<!doctype html>\n<html><body>404</body></html>\n',
  'new.csv': rows('x', '1', '2'),
  'other.csv': rows('z,y', '1,2', '3,4'),
  'bad-row.csv': rows('x,y', '1,2', 'abc,3'),
  'gap.csv': rows('x,y', '1,2', ',3'),
  'class.csv': rows('x,kind', '1,a', '2,z'),
  'text-model': 'no model\n',
};

/** [arguments, exit code, what the error says]; `model` and `classes` are models of good.csv and iris.csv. */
const CASES: readonly (readonly [string, number, RegExp])[] = [
  // The command line.
  ['trian good.csv --target y', 2, /no command "trian"; did you mean 'train'/],
  ['good.csv', 2, /did you mean adamas train good\.csv/],
  ['help trian', 2, /no command "trian"/],
  ['doctor --jsn', 2, /doctor has no option --jsn; did you mean --json\?/],
  ['--target y', 2, /no command "--target"/],
  ['train', 2, /train expects <data\.csv>, got none/],
  ['train good.csv new.csv --target y', 2, /train expects <data\.csv>, got "good\.csv" "new\.csv"/],
  ['train good.csv', 2, /--target must name the column/],
  ['train good.csv --traget y', 2, /no option --traget; did you mean --target/],
  ['train good.csv --target y --proba', 2, /no option --proba; it is an option of predict, convert/],
  ['train good.csv --target', 2, /--target needs a value: --target <column>/],
  ['train good.csv --target --json', 2, /--target needs a value/],
  ['train good.csv --target y --target x', 2, /--target is given twice/],
  ['train good.csv --target y --json=yes', 2, /--json takes no value/],
  ['train good.csv --target y --lr abc', 2, /--lr must be a number, got "abc"/],
  ['train good.csv --target y --lr -1', 2, /--lr must be a finite number above 0, got -1/],
  ['train good.csv --target y --epochs 1.5', 2, /--epochs must be a positive whole number/],
  ['train good.csv --target y --hidden 8,x', 2, /--hidden must be a number, got "x"/],
  ['train good.csv --target y --hidden 0 --out m', 2, /--hidden/],
  ['train good.csv --target y --activation rlu --out m', 2, /--activation.*relu/],
  ['train good.csv --target y --model lnear', 2, /--model must be .*did you mean 'linear'/],
  ['train good.csv --target y --optimizer adm', 2, /--optimizer must be .*did you mean/],
  ['train good.csv --target y --schedule cosin', 2, /--schedule must be .*did you mean 'cosine'/],
  ['train good.csv --target y --model linear --lr 0.1', 2, /--lr must be left out with --model 'linear'/],
  ['train good.csv --target y --model linear --hidden 8', 2, /--hidden must be left out/],
  ['train good.csv --target y --model linear --early-stopping 3', 2, /--early-stopping must be left out/],
  ['train good.csv --target y --early-stopping 0 --out m', 2, /--early-stopping/],
  ['train good.csv --target y --hold-out 1', 2, /--hold-out must be in \[0, 1\)/],
  ['train good.csv --target y --seed -3', 2, /--seed must be a whole number/],
  ['train good.csv --target y --columns x', 2, /--columns must be name=value pairs/],
  ['train good.csv --target y --columns x=numbr', 2, /--columns.*did you mean 'number'/],
  ['train good.csv --target y --columns {x', 2, /--columns must be valid JSON/],
  ['train good.csv --target y --missing ignore', 2, /--missing must be one of/],
  ['train good.csv --target y --delimiter ab', 2, /--delimiter must be one character/],
  ['train good.csv --target y --encoding utf-99', 2, /--encoding must be an encoding/],
  ['train good.csv --target y --checkpoint-every 5', 2, /--checkpoint-every needs --checkpoint/],
  [
    'train good.csv --target y --checkpoint c --checkpoint-every often',
    2,
    /--checkpoint-every must be a number of epochs/,
  ],
  ['train good.csv --target y --out good.csv', 2, /good\.csv would overwrite/],
  ['train good.csv --target y --out m --onnx ./m', 2, /would overwrite/],
  ['compare good.csv --target y --seeds 0', 2, /--seeds must be a whole number/],
  ['compare good.csv --target y --lrs 0.1,x', 2, /--lrs must be a number, got "x"/],
  ['compare good.csv --target y --optimizers adam,adm', 2, /--optimizers must be .*did you mean/],
  ['convert model', 2, /needs --onnx <file>, --js <file>/],
  ['predict model', 2, /predict expects <model\.safetensors> <new\.csv>, got "model"/],
  ['evaluate model good.csv --plot p.svg', 2, /--plot draws a confusion matrix/],
  ['predict model new.csv --proba', 2, /--proba needs a model of classes/],
  // Files.
  ['train none.csv --target y', 1, /there is no file "none\.csv"/],
  ['train sub --target y', 1, /"sub" cannot be read: .*directory/],
  ['train good.csv --target y --out sub', 1, /sub cannot be written: it is a folder/],
  ['train good.csv --target y --out no/m', 1, /no\/m cannot be written: the folder .*no does not exist/],
  ['train good.csv --target y --out /dev/null', 1, /\/dev\/null cannot be written: it is no regular file/],
  ['train good.csv --target y --resume good.csv', 1, /good\.csv/],
  ['predict none new.csv', 1, /nothing at none/],
  ['predict text-model new.csv', 1, /text-model/],
  ['predict cut-model new.csv', 1, /cut-model/],
  ['evaluate model none.csv', 1, /there is no file "none\.csv"/],
  // Content of a table.
  ['train empty.csv --target y', 1, /empty\.csv.*got no text/],
  ['train blank.csv --target y', 1, /blank\.csv/],
  ['train header.csv --target y', 1, /header\.csv.*rows/],
  ['train one.csv --target y', 1, /source must have two rows at least, got 1/],
  ['train binary.csv --target y', 1, /binary\.csv, line 1.*UTF-8/],
  ['train png.csv --target y', 1, /png\.csv/],
  ['train latin.csv --target y', 1, /latin\.csv, line 2.*UTF-8[\s\S]*--encoding windows-1252/],
  ['train cut.csv.gz --target y', 1, /cut\.csv\.gz|gzip|compress/i],
  ['train good.csv --target z', 1, /target must be one of "x", "y", got "z"/],
  [
    'train missing.csv --target y',
    1,
    /missing\.csv, line 3, column "x": a value is missing[\s\S]*add --missing x=mean/,
  ],
  ['train nothing.csv --target y', 1, /nothing\.csv/],
  ['train no-target.csv --target y', 1, /column "y"/],
  ['train text.csv --target y', 1, /line 3, column "x"/],
  ['train decimal.csv --target y', 1, /decimal\.csv[\s\S]*--delimiter ';'/],
  ['train dates.csv --target y', 1, /column "day"[\s\S]*add --columns day=date/],
  ['train short.csv --target y', 1, /line 3.*expected 2 fields/],
  ['train long.csv --target y', 1, /line 3.*expected 2 fields/],
  ['train twice.csv --target y', 1, /two columns are called "x"/],
  ['train unnamed.csv --target y', 1, /has no name/],
  ['train numbers.csv --target 2', 1, /names of the columns are all numbers[\s\S]*--header none/],
  ['train quote.csv --target y', 1, /quote\.csv, line 3/],
  ['train constant.csv --target kind', 1, /column "kind"/],
  ['train alone.csv --target y', 1, /besides the target/],
  ['train names.csv --target y', 1, /column "name"/],
  ['train html.csv --target y', 1, /html\.csv/],
  [
    'train good.csv --target y --lr 1e30 --optimizer sgd --out m',
    1,
    /the training diverged at step \d+: try a lower lr/,
  ],
  ['predict model other.csv', 1, /other\.csv: there must be a column "x"/],
  ['predict model bad-row.csv', 1, /bad-row\.csv, line 3, column "x"/],
  ['predict model gap.csv --out p.csv', 1, /gap\.csv, line 3, column "x": a value is missing/],
  ['predict model empty.csv', 1, /empty\.csv/],
  ['predict model header.csv', 1, /header\.csv: there must be rows/],
  ['predict model short.csv', 1, /short\.csv, line 3: expected 2 fields, got 1/],
  ['evaluate model new.csv', 1, /new\.csv: there must be a column "y"/],
  ['evaluate model bad-row.csv', 1, /bad-row\.csv, line 3, column "x"/],
  ['evaluate classes class.csv', 1, /class\.csv/],
];

let models: Record<'model' | 'classes', Uint8Array>;
beforeAll(async () => {
  models = { model: await modelOf([good], 'y'), classes: await modelOf(iris, 'species') };
});

/** The file of a linear model. */
async function modelOf(source: TableSource, target: string): Promise<Uint8Array> {
  let file = new Uint8Array();
  const model = await trainTable(source, { target, model: 'linear' });
  const write = async (written: Uint8Array) => {
    file = Uint8Array.from(written);
  };
  await model.save({ read: async () => undefined, write });
  return file;
}

/** A folder with the files of a case. */
function prepared(): string {
  const at = folder();
  for (const [name, content] of Object.entries({ ...FILES, ...models })) writeFileSync(join(at, name), content);
  writeFileSync(join(at, 'cut-model'), models.model.subarray(0, models.model.length - 7));
  mkdirSync(join(at, 'sub'));
  return at;
}

/** The error that a run prints: from its name to the end. */
const errorOf = (stderr: string) => stderr.slice(stderr.indexOf('adamas: ')).trimEnd();

it('has 60 cases and more', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(60);
});

describe('the error', () => {
  it.each(CASES)('of adamas %s: exit code %i', (line, code, says) => {
    const at = prepared();
    const before = readdirSync(at).map((name) => [name, name === 'sub' ? '' : bytes(at, name)]);
    const { status, stdout, stderr } = adamas(at, line.split(' '));
    const error = errorOf(stderr);
    expect(error).toMatch(/^adamas: /);
    expect(error).toMatch(says);
    expect(error.split('\n').length, error).toBeLessThanOrEqual(3);
    expect(error).not.toMatch(/\bat .*\.js:\d|undefined|\[object/);
    expect(status).toBe(code);
    expect(stdout).toBe('');
    expect(readdirSync(at).map((name) => [name, name === 'sub' ? '' : bytes(at, name)])).toEqual(before);
  });
});

describe('output that cannot be written', () => {
  it('is told, with exit code 1, where the disk is full', () => {
    const at = prepared();
    const args = ['-c', 'exec "$0" "$@" > /dev/full', process.execPath, cli, 'predict', 'model', 'new.csv'];
    const { status, stderr } = spawnSync('sh', args, { cwd: at, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(errorOf(stderr)).toMatch(/^adamas: standard output cannot be written: ENOSPC/);
  });

  it('is told, with exit code 1, where the pipe is closed', async () => {
    const at = prepared();
    writeFileSync(join(at, 'many.csv'), `x\n${'123\n'.repeat(200_000)}`);
    const child = spawn(process.execPath, [cli, 'predict', 'model', 'many.csv'], { cwd: at });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(errorOf(stderr)).toBe('adamas: standard output was closed before everything was printed');
    expect(code).toBe(1);
  });

  it('is told before any work where the folder is read-only', () => {
    const at = prepared();
    chmodSync(at, 0o755);
    chmodSync(join(at, 'sub'), 0o555);
    // Nothing is read-only for root.
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const args = [cli, 'train', 'good.csv', '--target', 'y', '--out', 'sub/m'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: at, encoding: 'utf8', ...user });
    expect(stderr).toMatch(/^adamas: sub\/m cannot be written: the folder .* is read-only\n$/);
    expect(status).toBe(1);
    expect(existsSync(join(at, 'sub/m'))).toBe(false);
  });
});
