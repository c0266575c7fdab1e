import type { URLLike } from '../hostTypes.js';
import { Model } from '../nn/model.js';
import { plainCopy } from '../train/plainData.js';
import {
  type Check,
  checkOptions,
  fail,
  func,
  halfOpenUnit,
  nonNegative,
  oneOf,
  positive,
  positiveInt,
  readOptions,
  refuse,
  seedNumber,
  show,
  string,
  tuple,
  unchecked,
} from '../validate.js';
import { JOBS_OPTIONS, type JobsOptions, seconds } from './jobsOptions.js';
import { local } from './local.js';
import type { Strategy } from './strategies.js';

/** A client of a federated training. */
export interface FederatedClient {
  /** Its name, which no other client has. With `bullmq` only a worker that was started with `--name` and this name takes its jobs. */
  readonly name: string;
  /** Plain data that its module is given every round: where its data are, a learning rate, epochs. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the client's module takes
  readonly params?: any;
}

/** A round of {@link federated}. */
export interface FederatedRound {
  /** Its number, from 0. */
  readonly round: number;
  /** Clients whose models were taken, in the order of the option `clients`; `samples` is a client's weight in the mean. */
  readonly clients: readonly { readonly name: string; readonly samples: number }[];
  /** Clients that the round left out, in the same order, each with the reason: it did not answer, failed, or sent a model that was refused. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/** Options of {@link federated}. */
export interface FederatedOptions extends JobsOptions {
  /** The model of the first round. It stays as it is. */
  readonly model: Model;
  /** The clients' module: see {@link ClientJob}. */
  readonly job: string | URLLike;
  /** The clients. All sums are taken in their order. */
  readonly clients: readonly FederatedClient[];
  /** Rule by which the server combines the clients' models into the next one. Default 'fedAvg'. */
  readonly strategy?: Strategy | undefined;
  /** Number of rounds: in each the model goes to the clients and back. */
  readonly rounds: number;
  /** Seed from which the clients' seeds are derived. Default 0. */
  readonly seed?: number | undefined;
  /**
   * Seconds after which a round continues without a client that has not answered. They count from when its task is given out: with `bullmq` to all
   * clients at once, with `local` to a client when a thread is free for it, so that no client is left out for another's delay. Default 600.
   */
  readonly timeout?: number | undefined;
  /** Smallest number of clients in a round. Default 1. */
  readonly minClients?: number | undefined;
  /** Strength of the proximal term, which clients are given. 'fedProx' needs it; it is 0 for other strategies. */
  readonly mu?: number | undefined;
  /** Learning rate of the server's optimizer, for 'fedAdam' and 'fedYogi'. The paper chooses it by a grid from 0.001 to 10. Default 0.01. */
  readonly serverLr?: number | undefined;
  /** Decay rates of the moments of the server's optimizer. Default [0.9, 0.99]. */
  readonly betas?: readonly [number, number] | undefined;
  /** Adaptivity of the server's optimizer: the smaller it is, the more each parameter has a step size of its own. Default 0.001. */
  readonly tau?: number | undefined;
  /** Called after each round with its record and the bytes of the model after it; a promise is awaited. */
  readonly onRound?: ((round: FederatedRound, model: Uint8Array) => void | PromiseLike<void>) | undefined;
}

/** Options that only some strategies have. */
const OF_STRATEGIES: Readonly<Record<string, readonly Strategy[]>> = {
  mu: ['fedProx'],
  serverLr: ['fedAdam', 'fedYogi'],
  betas: ['fedAdam', 'fedYogi'],
  tau: ['fedAdam', 'fedYogi'],
};

const aModel: Check = (name, value) => {
  if (!(value instanceof Model)) refuse(TypeError, name, 'be a model (of bytes: fromBytes(bytes).model)', value);
};

/** Checks the clients, and copies them, so that later changes have no effect. */
function readClients(call: string, clients: unknown): FederatedClient[] {
  if (!Array.isArray(clients) || clients.length === 0) {
    refuse(TypeError, `${call}: clients`, 'be an array of { name, params }, one at least', clients);
  }
  const names = new Set<string>();
  return clients.map((client: FederatedClient, k) => {
    const path = `${call}: clients[${k}]`;
    checkOptions(path, client, ['name', 'params']);
    string(`${path}.name`, client.name);
    if (!/^[\w.-]{1,100}$/.test(client.name)) {
      refuse(RangeError, `${path}.name`, 'be 1 to 100 letters, digits, dots, dashes or underscores', client.name);
    }
    if (names.has(client.name)) fail(RangeError, `${path}.name`, 'be one that no other client has', show(client.name));
    names.add(client.name);
    return { name: client.name, params: plainCopy(`${path}.params`, client.params) };
  });
}

/** Checks the options of `federated` and fills in the defaults. */
export function readFederatedOptions(call: string, options: FederatedOptions) {
  const read = readOptions(call, options, {
    ...JOBS_OPTIONS,
    timeout: [seconds, 600],
    model: [aModel],
    clients: [unchecked],
    strategy: [oneOf('fedAvg', 'fedProx', 'fedAdam', 'fedYogi'), 'fedAvg'],
    rounds: [positiveInt],
    seed: [seedNumber, 0],
    minClients: [positiveInt, 1],
    mu: [nonNegative, undefined],
    serverLr: [positive, 0.01],
    betas: [tuple(halfOpenUnit, halfOpenUnit), [0.9, 0.99]],
    tau: [positive, 0.001],
    onRound: [func, undefined],
  });
  const { strategy, minClients, mu } = read;
  const clients = readClients(call, read.clients);
  for (const [name, strategies] of Object.entries(OF_STRATEGIES)) {
    if (options[name as keyof FederatedOptions] === undefined || strategies.includes(strategy)) continue;
    fail(TypeError, `${call}: ${name}`, `be given only with ${strategies.map(show).join(' and ')}`, show(strategy));
  }
  if (strategy === 'fedProx' && mu === undefined) refuse(TypeError, `${call}: mu`, 'be given with "fedProx"', mu);
  if (minClients > clients.length) {
    refuse(RangeError, `${call}: minClients`, `be at most the ${clients.length} clients`, minClients);
  }
  return { ...read, clients, runner: read.runner ?? local(), mu: mu ?? 0 };
}
