import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryUsage } from 'adamas';
import { TableModel } from 'adamas/tabular';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOf, mergeFixes } from '../src/scenes/table/problems.js';
import { codeFor, commandFor, type Options } from '../src/scenes/table/recipe.js';
import { type TableCommand, type TableMessage, tableJob } from '../src/scenes/table/session.js';
import { exampleState, NO_TABLE, optionsOf, readState, writeState } from '../src/scenes/table/state.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = (name: string) => readFileSync(join(root, 'examples/data', name), 'utf8');

/** A page's end of a session. */
class Page {
  readonly #controller = new AbortController();
  #take: (command: TableCommand) => void = () => {};
  #waiting: { readonly kind: TableMessage['kind']; readonly resolve: (message: TableMessage) => void }[] = [];
  readonly messages: TableMessage[] = [];
  run = 0;

  constructor() {
    tableJob(undefined, {
      signal: this.#controller.signal,
      onCommand: (listener) => {
        this.#take = listener;
      },
      send: (message) => {
        this.messages.push(message);
        if (message.kind === 'epochs') setTimeout(() => this.send({ kind: 'drawn' }));
        const met = this.#waiting.filter(({ kind }) => kind === message.kind);
        this.#waiting = this.#waiting.filter(({ kind }) => kind !== message.kind);
        for (const { resolve } of met) resolve(message);
      },
    });
  }

  send(command: TableCommand): void {
    this.#take(command);
  }

  /** Sends a command and waits for the answer, an error else. */
  async ask<Kind extends TableMessage['kind']>(command: TableCommand, kind: Kind) {
    const wait = (one: TableMessage['kind']) =>
      new Promise<TableMessage>((resolve) => this.#waiting.push({ kind: one, resolve }));
    const answer = Promise.race([wait(kind), wait('failed')]);
    this.send(command);
    const message = await answer;
    if (message.kind !== kind) throw new Error((message as Extract<TableMessage, { kind: 'failed' }>).message);
    return message as TableMessage & { readonly kind: Kind };
  }

  train(file: File, options: Options) {
    return this.ask({ kind: 'train', run: ++this.run, file, options }, 'trained');
  }

  async inspect(file: File, options: Options) {
    return (await this.ask({ kind: 'inspect', run: ++this.run, file, options }, 'inspected')).inspection;
  }

  async bytes(as: 'safetensors' | 'onnx' | 'js') {
    return (await this.ask({ kind: 'bytes', as }, 'bytes')).bytes;
  }

  close(): void {
    this.#controller.abort();
  }
}

let page: Page;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'adamas-table-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/adamas'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const fresh = () => {
  page?.close();
  page = new Page();
};

/** A table with about everything that options are there for. */
const messy = [
  'exported by hand',
  `id;"it's, ""x"" = [1]";joined;income;tier`,
  ...Array.from({ length: 80 }, (_, i) =>
    [`u${i}`, i % 7, `${1 + (i % 12)}/${1 + (i % 28)}/2024`, `1.${100 + i},5`, ['gold', 'silver', ''][i % 3]].join(';'),
  ),
  '',
].join('\r\n');

const TABLES: readonly (readonly [name: string, text: string, options: Options])[] = [
  ['iris.csv', example('iris.csv'), { target: 'species', epochs: 12, seed: 3 }],
  [
    'used cars.csv',
    example('used-cars.csv'),
    {
      target: 'price',
      epochs: 8,
      hidden: [16, 8],
      activation: 'tanh',
      lr: 0.01,
      optimizer: 'nadam',
      schedule: 'linear',
    },
  ],
  [
    "-my file's.csv",
    messy,
    {
      target: 'income',
      delimiter: ';',
      skip: 1,
      columns: { joined: { kind: 'date', order: 'mdy' } },
      model: 'linear',
      weightDecay: 0.5,
      holdOut: 0.3,
    },
  ],
  [
    'one.csv',
    `x,[y]\n${Array.from({ length: 50 }, (_, i) => `${i},${3 * i}`).join('\n')}`,
    { target: '[y]', epochs: 5, batchSize: 8, dropout: 0.1, holdOut: 0 },
  ],
];

describe.each(TABLES)('%s', (name, text, given) => {
  it('gives the bytes of the page by the code and by the command that the page shows', async () => {
    fresh();
    const file = new File([text], name);
    const { problems } = await page.inspect(file, given);
    const options = { ...given, ...mergeFixes(problems, given.columns ?? {}) } as Options;
    expect((await page.inspect(file, options)).problems).toEqual([]);
    await page.train(file, options);
    const bytes = Buffer.from(await page.bytes('safetensors'));
    writeFileSync(join(folder, name), text);
    const model = join(folder, 'model.safetensors');
    writeFileSync(join(folder, 'program.mjs'), codeFor(name, options));
    execFileSync(process.execPath, ['program.mjs'], { cwd: folder });
    expect(readFileSync(model).equals(bytes)).toBe(true);
    rmSync(model);
    const command = commandFor(name, options).replace(
      'npx adamas',
      `'${process.execPath}' '${join(root, 'dist/cli.js')}'`,
    );
    execFileSync('sh', ['-c', command], { cwd: folder, stdio: 'pipe' });
    expect(readFileSync(model).equals(bytes)).toBe(true);
  });
});

describe('training', () => {
  const cars = new File([example('used-cars.csv')], 'used-cars.csv');
  const options = {
    ...{ target: 'price', epochs: 30 },
    columns: { listed: 'date', fuel: { missing: 'class' }, mileage: { missing: 'mean' }, power: { missing: 'mean' } },
  } as const;

  it('gives the same bytes when it is stopped and goes on', async () => {
    fresh();
    await page.train(cars, options);
    const bytes = await page.bytes('safetensors');
    fresh();
    const trained = page.train(cars, options);
    page.send({ kind: 'pause' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(page.messages.some(({ kind }) => kind === 'trained')).toBe(false);
    page.send({ kind: 'go' });
    await trained;
    expect(await page.bytes('safetensors')).toEqual(bytes);
  });

  it('tells every epoch, the scores, a picture and the importance of every column', async () => {
    fresh();
    const done = page.train(cars, options);
    const { model } = await done;
    const rows = page.messages.flatMap((message) => (message.kind === 'epochs' ? message.rows : []));
    expect(rows.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(model.scores!.rows).toBe(48);
    expect(model.scores!.r2).toBeGreaterThan(0.9);
    await expect.poll(() => page.messages.filter(({ kind }) => kind === 'importance').length).toBe(5);
    const importances = page.messages.flatMap((one) => (one.kind === 'importance' ? [one.importance] : []));
    expect(importances.map(({ column }) => column)).toEqual(['listed', 'fuel', 'age', 'mileage', 'power']);
    const best = importances.toSorted((a, b) => b.mean - a.mean)[0]!;
    expect(best.column).toBe('age');
    const picture = page.messages.find((one) => one.kind === 'picture')!;
    expect(picture.svg).toContain(`R² ${model.scores!.r2!.toFixed(3)}`);
  });

  it('measures importances on the very rows that were held out', async () => {
    // Every class is told apart by x; noise tells nothing. A row that was trained on, or one that was shifted, would show in the fall.
    const text = `x,noise,kind\n${Array.from({ length: 200 }, (_, i) => `${i % 2},${(i * 7919) % 101},${'ab'[i % 2]}`).join('\n')}`;
    fresh();
    await page.train(new File([text], 'x.csv'), { target: 'kind', model: 'linear' });
    await expect.poll(() => page.messages.filter(({ kind }) => kind === 'importance').length).toBe(2);
    const [x, noise] = page.messages.flatMap((one) => (one.kind === 'importance' ? [one.importance] : []));
    expect(x!.mean).toBeGreaterThan(0.3);
    expect(x!.mean).toBeLessThan(0.7);
    expect(noise!.mean).toBe(0);
  });

  it('predicts a row as the model does, and refuses one that it cannot read', async () => {
    fresh();
    await page.train(new File([example('iris.csv')], 'iris.csv'), { target: 'species', epochs: 12 });
    const row = { 'sepal length': 5.1, 'sepal width': 3.5, 'petal length': 1.4, 'petal width': 0.2 };
    const { value, probabilities } = await page.ask({ kind: 'predict', row }, 'predicted');
    expect(value).toBe('setosa');
    expect(probabilities!.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    await expect(page.ask({ kind: 'predict', row: { ...row, 'petal width': null } }, 'predicted')).rejects.toThrow(
      /petal width/,
    );
    const bytes = await page.bytes('safetensors');
    const model = await TableModel.load({ read: async () => bytes, write: async () => {} });
    expect(model.predictProba(row)).toEqual(probabilities);
    expect(new TextDecoder().decode(await page.bytes('js'))).toContain('export');
    expect((await page.bytes('onnx')).length).toBeGreaterThan(1000);
  });

  it('holds one model in memory, over many trainings and where one is ended', async () => {
    fresh();
    const settled = async () => {
      await expect
        .poll(() => page.messages.filter(({ run, kind }) => run === page.run && kind === 'importance').length)
        .toBe(5);
      return memoryUsage();
    };
    await page.train(cars, { ...options, epochs: 2 });
    const before = await settled();
    for (let i = 0; i < 10; i++) {
      page.train(cars, { ...options, epochs: 1000 }).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 30));
      await page.train(cars, { ...options, epochs: 2, seed: i });
    }
    expect(await settled()).toEqual(before);
  });

  it('is ended by another one, which alone is told of', async () => {
    fresh();
    const first = page.train(cars, { ...options, epochs: 100_000, schedule: 'constant' });
    first.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    await page.train(cars, { ...options, epochs: 3 });
    const at = page.messages.findIndex(({ run }) => run === 2);
    expect(page.messages.slice(at).every(({ run }) => run === 2)).toBe(true);
  });
});

describe('broken files', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  it.each<readonly [string, Uint8Array | string, RegExp, boolean]>([
    ['another delimiter and decimal sign', 'x;y\n1,5;2\n2,5;3\n3,5;4\n', /semicolon|;/, true],
    ['a row that is too short', 'x,y\n1,2\n3\n4,5\n', /fields/, true],
    ['text among numbers', 'x,y\n1,2\ntwo,3\n3,4\n4,5\n', /two/, true],
    ['missing values', 'x,y\n1,2\n,3\n4,5\n', /missing/, true],
    ['a quote that is never closed', 'x,y\n1,2\n"3,4\n5,6\n', /quote/, true],
    [
      'bytes that are not UTF-8',
      Uint8Array.from([...bytes('x,n,y\n1,caf'), 0xe9, ...bytes(',2\n2,th'), 0xe9, ...bytes(',3\n')]),
      /UTF-8/,
      true,
    ],
    ['a picture', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]), /./, false],
    ['nothing', '', /empty|no /, false],
  ])('%s', async (_, content, says, isFixed) => {
    fresh();
    const file = new File([content as BlobPart], 'broken.csv');
    const { problems } = await page.inspect(file, {});
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]!.message).toMatch(says);
    if (!isFixed) return;
    const options = mergeFixes(problems, {}) as Options;
    expect((await page.inspect(file, options)).problems).toEqual([]);
  });
});

describe('the address', () => {
  it('gives the same state', () => {
    const state = {
      ...exampleState('cars'),
      kinds: { 'a=b&c': 'ignore', fuel: 'category' } as const,
      fixes: ['missing.38.fuel', 'mixed.2.a%2Cb'],
      training: { ...NO_TABLE.training, model: 'linear', weightDecay: '0.5', seed: '7' } as const,
    };
    expect(readState(new URLSearchParams(writeState(state)))).toEqual(state);
    expect(writeState({ ...NO_TABLE, target: 'x' })).toEqual({});
    expect(readState(new URLSearchParams({ data: 'nothing' }))).toEqual(NO_TABLE);
  });

  it('turns fields into options, and leaves out what a linear model does not take', () => {
    const training = { ...NO_TABLE.training, hidden: '32, 16', lr: '.01', seed: '5', optimizer: 'adam' };
    const state = { ...exampleState('iris'), training };
    expect(optionsOf(state, [])).toEqual({ target: 'species', hidden: [32, 16], lr: 0.01, seed: 5, optimizer: 'adam' });
    const linear = { ...state, training: { ...training, model: 'linear' } as const };
    expect(optionsOf(linear, [])).toEqual({ target: 'species', model: 'linear', seed: 5 });
  });

  it('names a problem without the signs that part names', () => {
    expect(keyOf({ code: 'mixed', line: 3, column: 'a.b,c', message: '' })).toBe('mixed.3.a.b%2Cc');
  });
});
