import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { queueTest } from '../distribute/queueTest.js';
import { RedisServer, startWorker } from '../distribute/redis.js';
import { adamas, folder, iris } from './command.js';

const grid = [
  '--target',
  'species',
  '--epochs',
  '15',
  '--optimizers',
  'adam,sgd',
  '--lrs',
  '0.1,0.001',
  '--seeds',
  '2',
];

it('compares all settings, draws their curves, and gives the best line to copy', () => {
  const at = folder();
  const { status, stdout } = adamas(at, ['compare', iris, ...grid, '--plot', 'curves.svg']);
  expect(status).toBe(0);
  expect(stdout.split('\n')[0]).toMatch(/^optimizer +lr +accuracy +spread$/);
  expect(stdout.match(/^(adam|sgd) +0\.(1|001) +\d\.\d{4} +\d\.\d{4}$/gm)).toHaveLength(4);
  const svg = readFileSync(join(at, 'curves.svg'), 'utf8');
  for (const name of ['adam 0.1', 'adam 0.001', 'sgd 0.1', 'sgd 0.001']) expect(svg).toContain(`>${name}</text>`);
  const line = /\nbest: adamas (.*)\n$/.exec(stdout)![1]!.split(' ');
  const best = adamas(at, line);
  expect(best.stdout).toContain('accuracy');
});

it('gives the same table on one core, on several, and from standard input', () => {
  const [one, two, piped] = [
    adamas(folder(), ['compare', iris, ...grid, '--workers', '1', '--json']),
    adamas(folder(), ['compare', iris, ...grid, '--workers', '2', '--json']),
    adamas(folder(), ['compare', '-', ...grid, '--json'], readFileSync(iris)),
  ].map(({ stdout }) => JSON.parse(stdout));
  expect(two.rows).toEqual(one.rows);
  expect(piped.rows).toEqual(one.rows);
  expect(one.rows[0].scores).toHaveLength(2);
});

queueTest(
  'gives the same table, curves and best line on workers of a queue',
  async () => {
    const server = await RedisServer.start();
    const worker = await startWorker(server.url, ['--allow', 'compare', '--concurrency', '2']);
    try {
      const [here, there] = [[], ['--runner', 'bullmq', '--redis', server.url]].map((runner) => {
        const at = folder();
        const { status, stdout, stderr } = adamas(at, ['compare', iris, ...grid, '--plot', 'curves.svg', ...runner]);
        return { status, stdout, stderr, svg: readFileSync(join(at, 'curves.svg'), 'utf8') };
      });
      expect(there!.status).toBe(0);
      expect(there!.stdout).toBe(here!.stdout);
      expect(there!.svg).toBe(here!.svg);
    } finally {
      expect(await worker.end()).toBe(0);
      expect(worker.printed).toContain('stopped after 8 jobs');
      await server.remove();
    }
  },
  60_000,
);

it('says which setting diverged', () => {
  const { status, stdout } = adamas(folder(), [
    'compare',
    iris,
    '--target',
    'species',
    '--epochs',
    '3',
    '--optimizers',
    'sgd',
    '--lrs',
    '0.1,1e30',
    '--seeds',
    '1',
  ]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^sgd +1e\+30 +diverged$/m);
  expect(stdout).toMatch(/best: .*--lr 0\.1\n/);
});
