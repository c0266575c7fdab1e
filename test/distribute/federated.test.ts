import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { airfoil } from '../../src/datasets.js';
import { FederatedError, type FederatedOptions, federated, local, type Runner } from '../../src/distribute.js';
import { linear, relu, sequential } from '../../src/index.js';
import { fromBytes, toBytes } from '../../src/io.js';

const at = mkdtempSync(join(tmpdir(), 'adamas-federated-'));
afterAll(() => rmSync(at, { recursive: true }));
const dist = (name: string) => JSON.stringify(new URL(`../../dist/${name}.js`, import.meta.url).href);
const path = join(at, 'client.mjs');
writeFileSync(
  path,
  `import { dataset, fitSync, linear, SGD, sequential } from ${dist('index')};
   import { proximal } from ${dist('distribute')};
   import { fromBytes, toBytes } from ${dist('io')};
   export default async ({ model: bytes, params: { slope, shift = 0, rows = 40, odd }, client, round, seed, mu }) => {
     if (odd === 'throws' && round === 1) throw new Error('no data today');
     if (odd === 'hangs') while (true);
     if (odd === 'sleeps' && round === 1) await new Promise((resolve) => setTimeout(resolve, 60_000));
     if (odd === 'other') return { model: toBytes(sequential(linear(2, 2))), samples: 5 };
     if (odd === 'bytes') return { model: Uint8Array.of(1, 2, 3), samples: 5 };
     if (odd === 'samples') return { model: bytes, samples: 0 };
     const { model } = fromBytes(bytes);
     if (odd === 'nan') model.parameters()[0].data[0] = NaN;
     else {
       const x = Array.from({ length: rows }, (_, i) => [shift + i / rows, 1]);
       const y = x.map(([v]) => slope * v + 1);
       const optimizer = new SGD(model.parameters(), { lr: 0.05 });
       const term = proximal(model.parameters(), mu);
       if (mu) for (let step = 0; step < 20; step++) {
         model.lossAndGrad('mse', x, y);
         term.addGrad();
         optimizer.step();
       } else fitSync(model, dataset(x, y), { loss: 'mse', optimizer, batchSize: 8, epochs: 2, seed });
     }
     return { model: toBytes(model), samples: rows };
   };`,
);
const job = pathToFileURL(path);
const start = () => sequential(linear(2, 8, { seed: 1 }), relu(), linear(8, 1, { seed: 2 }));
const clients = Array.from({ length: 4 }, (_, k) => ({
  name: `client-${k}`,
  params: { slope: k, shift: k, rows: 20 + 10 * k },
}));
const train = (options: Partial<FederatedOptions> = {}) =>
  federated({ model: start(), job, clients, rounds: 2, seed: 3, runner: local({ workers: 2 }), ...options });

/** Answers in the reverse of the order in which they came. */
const reversed: Runner = {
  async *run(job, tasks, options) {
    const all = [];
    for await (const outcome of local({ workers: 2 }).run<never>(job, tasks, options)) all.unshift(outcome);
    yield* all;
  },
};
describe('federated', () => {
  it.each(['fedAvg', 'fedAdam', 'fedYogi'] as const)(
    '%s gives the same bytes whichever client answers first',
    async (strategy) => {
      const [one, other] = [await train({ strategy }), await train({ strategy, runner: reversed })];
      expect(other).toEqual(one);
      expect(one.rounds.map(({ clients }) => clients.map(({ samples }) => samples))).toEqual([
        [20, 30, 40, 50],
        [20, 30, 40, 50],
      ]);
      expect(await train({ strategy, seed: 4 })).not.toEqual(one);
    },
    30_000,
  );

  it('fedProx gives clients mu, which holds them near the model they were sent, and with 0 is fedAvg', async () => {
    const { model } = await train({ strategy: 'fedProx', mu: 0 });
    expect(model).toEqual((await train()).model);
    const trained = async (mu: number, runner?: Runner) =>
      (await train({ strategy: 'fedProx', mu, rounds: 1, ...(runner && { runner }) })).model;
    const weights = (bytes: Uint8Array) =>
      fromBytes(bytes)
        .model.parameters()
        .flatMap(({ data }) => [...data]);
    const first = start()
      .parameters()
      .flatMap(({ data }) => [...data]);
    const moved = (bytes: Uint8Array) => Math.hypot(...weights(bytes).map((w, i) => w - first[i]!));
    const [weak, strong] = [await trained(0.001), await trained(10)];
    expect(await trained(10, reversed)).toEqual(strong);
    expect(moved(strong)).toBeGreaterThan(0);
    expect(moved(strong)).toBeLessThan(moved(weak) / 2);
  }, 30_000);

  it('of one client is its model, round after round', async () => {
    const { model } = await train({ clients: clients.slice(1, 2), rounds: 1 });
    let own: Uint8Array | undefined;
    const recorded: Runner = {
      async *run(job, tasks, options) {
        for await (const outcome of local({ workers: 1 }).run<never>(job, tasks, options)) {
          own = (outcome.result as unknown as { model: Uint8Array }).model;
          yield outcome;
        }
      },
    };
    await train({ clients: clients.slice(1, 2), rounds: 1, runner: recorded });
    const tensors = (bytes: Uint8Array) => fromBytes(bytes).model.stateDict();
    expect(tensors(model)).toEqual(tensors(own!));
  }, 20_000);

  it('FedAdam gets below FedAvg on clients that each see frequencies of their own', async () => {
    const loss = async (options: object) => {
      const { model } = await federated({
        model: sequential(linear(5, 16, { seed: 1 }), relu(), linear(16, 1, { seed: 2 })),
        job: new URL('../../examples/federated-client.js', import.meta.url),
        clients: Array.from({ length: 8 }, (_, part) => ({ name: `${part}`, params: { part, parts: 8, lr: 0.01 } })),
        rounds: 20,
        seed: 1,
        ...options,
      });
      return fromBytes(model).model.evaluate(airfoil(), { loss: 'mse' }).loss;
    };
    const average = await loss({ strategy: 'fedAvg' });
    expect(await loss({ strategy: 'fedAdam', serverLr: 0.05 })).toBeLessThan(0.9 * average);
  }, 240_000);

  it('leaves out by name whoever throws, stays away or sends what is no such model, and goes on', async () => {
    const odd = (kind: string) => ({ name: kind, params: { slope: 1, odd: kind } });
    const all = [clients[0]!, ...['throws', 'other', 'bytes', 'samples', 'nan'].map(odd), clients[1]!];
    const { rounds, model } = await train({ clients: all, rounds: 2 });
    expect(rounds[1]!.clients.map(({ name }) => name)).toEqual(['client-0', 'client-1']);
    expect(rounds[0]!.clients.map(({ name }) => name)).toEqual(['client-0', 'throws', 'client-1']);
    const reasons = Object.fromEntries(rounds[1]!.leftOut.map(({ name, reason }) => [name, reason]));
    expect(reasons).toMatchObject({
      throws: 'failed: Error: no data today',
      other: expect.stringContaining('refused: its model must have the layers it was sent'),
      bytes: expect.stringContaining('refused: '),
      samples: expect.stringContaining('refused: its samples must be'),
      nan: expect.stringContaining('refused: its model must be finite, got NaN in "0.weight"'),
    });
    const same = await train({ clients: all.filter(({ name }) => !(name in reasons) || name === 'throws'), rounds: 2 });
    expect(same.model).toEqual(model);
  }, 30_000);

  it('goes on without a client that has not answered in time', async () => {
    const late = { name: 'late', params: { slope: 1, odd: 'sleeps' } };
    const { rounds } = await train({ clients: [clients[0]!, late], timeout: 3 });
    expect(rounds[1]!.leftOut).toEqual([{ name: 'late', reason: 'stayed away: no answer within 3 s' }]);
  }, 30_000);

  it('leaves out no client that waited for the thread of one that hangs', async () => {
    const hangs = { name: 'hangs', params: { slope: 1, odd: 'hangs' } };
    const [two, options] = [clients.slice(0, 2), { rounds: 1, runner: local({ workers: 1 }) }];
    const { rounds, model } = await train({ ...options, clients: [hangs, ...two], timeout: 5 });
    expect(rounds[0]!.leftOut).toEqual([{ name: 'hangs', reason: 'stayed away: no answer within 5 s' }]);
    expect(model).toEqual((await train({ ...options, clients: two })).model);
  }, 30_000);

  it('ends where too few are left, with the rounds and the model before', async () => {
    const all = [clients[0]!, { name: 'throws', params: { slope: 1, odd: 'throws' } }];
    const error = await train({ clients: all, minClients: 2 }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(FederatedError);
    const { message, rounds, model } = error as FederatedError;
    expect(message).toBe(
      'federated: round 1 had 1 clients, fewer than 2 (minClients):\n  throws: failed: Error: no data today',
    );
    expect(rounds).toHaveLength(1);
    expect(model).toEqual((await train({ clients: all, rounds: 1 })).model);
  }, 30_000);

  it('leaves the model of the first round as it is, and can be ended', async () => {
    const model = start();
    const before = toBytes(model);
    await train({ model, rounds: 1 });
    expect(toBytes(model)).toEqual(before);
    const reason = new Error('enough');
    await expect(train({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  }, 20_000);

  it('refuses wrong options', async () => {
    const refused = (options: object, message: string) =>
      expect(train(options as never)).rejects.toThrow(`federated: ${message}`);
    await refused({ model: toBytes(start()) }, 'model must be a model');
    await refused({ clients: [] }, 'clients must be an array of { name, params }, one at least');
    await refused({ clients: [clients[0], clients[0]] }, 'clients[1].name must be one that no other client has');
    await refused({ clients: [{ name: 'a b' }] }, 'clients[0].name');
    await refused({ strategy: 'fedSGD' }, 'strategy');
    await refused({ strategy: 'fedProx' }, 'mu must be given with "fedProx"');
    await refused({ tau: 1 }, 'tau must be given only with "fedAdam" and "fedYogi"');
    await refused({ minClients: 9 }, 'minClients must be at most the 4 clients');
    await refused({ rounds: 0 }, 'rounds');
    await refused({ roundz: 3 }, 'unknown option "roundz"');
  });
});
