import { sha256 } from '@noble/hashes/sha2.js';
import { AdamasError } from '../errors.js';
import type { AbortSignalLike } from '../hostTypes.js';
import { checkBytes } from '../io/safetensors/index.js';
import { checkInt } from '../validate.js';
import { askClients, type Reply } from './askClients.js';
import { FederatedModel, type Numbers } from './federatedModel.js';
import { type FederatedOptions, type FederatedRound, readFederatedOptions } from './federatedOptions.js';
import { type Answer, Server } from './strategies.js';

/** Input of a client's module in each round. */
export interface ClientInput {
  /** The model to train: `fromBytes(model)` of `adamas/io` loads it. */
  readonly model: Uint8Array;
  /** The client's parameters from the option `clients`. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the client was given
  readonly params: any;
  /** The client's name. */
  readonly client: string;
  /** Number of the round, from 0. */
  readonly round: number;
  /** A seed for this client and round. */
  readonly seed: number;
  /** Strength of the proximal term of 'fedProx', 0 for other strategies: see {@link proximal}. */
  readonly mu: number;
  /** Aborted when the round no longer waits for the client. */
  readonly signal: AbortSignalLike;
}

/** The model of a client after its training. */
export interface ClientOutput {
  /** The model as `toBytes` gives it, with the same layers and shapes. */
  readonly model: Uint8Array;
  /** Number of rows that it was trained on: its weight in the mean. */
  readonly samples: number;
}

/** The default export of a client's module. */
export type ClientJob = (input: ClientInput) => ClientOutput | PromiseLike<ClientOutput>;

/** Result of {@link federated}. */
export interface FederatedResult {
  /** The model after the last round: `fromBytes(model)` of `adamas/io` loads it. */
  readonly model: Uint8Array;
  /** A record of each round. */
  readonly rounds: readonly FederatedRound[];
}

/** Too few clients answered in a round. The error has the model and the completed rounds. */
export class FederatedError extends AdamasError {
  override readonly name = 'FederatedError';
  /** The rounds that were completed. */
  declare readonly rounds: readonly FederatedRound[];
  /** The model after them. */
  declare readonly model: Uint8Array;

  /** @internal */
  constructor(message: string, rounds: readonly FederatedRound[], model: Uint8Array) {
    super(message);
    this.rounds = rounds;
    this.model = model;
  }
}

/**
 * Trains one model on the data of several clients, without collecting the data: in each round the model goes to all clients, each trains it on its
 * own data and sends it back, and the server combines their models into the next one.
 *
 * - `'fedAvg'`: the mean weighted by samples (McMahan et al. 2016, arXiv:1602.05629)
 * - `'fedProx'`: the same mean; a proximal term of strength `mu` keeps each client near the model it was sent (Li et al. 2018, arXiv:1812.06127).
 *   The clients' module adds the term to the gradient by {@link proximal}
 * - `'fedAdam'`, `'fedYogi'`: a step of Adam or Yogi along the clients' mean change, with `serverLr`, `betas`, `tau` (Reddi et al. 2020,
 *   arXiv:2003.00295), for clients whose data differ widely
 *
 * The server computes in float64 and in the order of `clients`. The bytes of the model depend on which clients each round had, and not on where
 * they ran or which answered first. Buffers, such as the statistics of batchNorm, are averaged by every strategy; generators of dropout continue from
 * the first client's.
 *
 * @param options - see {@link FederatedOptions}; the clients' module exports a {@link ClientJob} as its default
 * @returns the last model, and a record of each round
 * @throws Rejects with TypeError or RangeError for wrong options; the reason of `signal`; FederatedError if a round has fewer clients than
 *   `minClients`; and whatever `onRound` throws
 * @example
 * ```ts no-run
 * import { linear, sequential } from 'adamas';
 * import { federated } from 'adamas/distribute';
 * import { save, fromBytes } from 'adamas/io';
 * const { model, rounds } = await federated({
 *   model: sequential(linear(5, 1, { seed: 1 })),
 *   job: new URL('./client.js', import.meta.url),
 *   clients: [
 *     { name: 'aachen', params: { data: 'aachen.csv' } },
 *     { name: 'bonn', params: { data: 'bonn.csv' } },
 *   ],
 *   strategy: 'fedAdam',
 *   rounds: 20,
 * });
 * for (const { round, leftOut } of rounds) for (const { name, reason } of leftOut) console.log(round, name, reason);
 * await save(fromBytes(model).model, 'model.safetensors');
 * ```
 */
export async function federated(options: FederatedOptions): Promise<FederatedResult> {
  const call = 'federated';
  const read = readFederatedOptions(call, options);
  const { clients, strategy, mu, minClients, onRound, signal } = read;
  const file = new FederatedModel(read.model);
  const server = new Server(strategy, read, file.parameters);
  const rounds: FederatedRound[] = [];
  let { numbers } = file;
  let model = file.write(numbers);
  for (let round = 0; round < read.rounds; round++) {
    signal?.throwIfAborted();
    const sent = model;
    const inputs = clients.map(({ name, params }) => {
      return { model: sent, params, client: name, round, seed: seedOf(read.seed, name, round), mu };
    });
    const replies = await askClients(read.runner, read.job, inputs, { timeout: read.timeout, signal });
    const answers = replies.map((reply) => readReply(file, reply));
    const named = answers.map((answer, k) => ({ name: clients[k]!.name, ...answer }));
    const taken = named.filter((one) => 'samples' in one);
    const leftOut = named.filter((one) => 'reason' in one);
    if (taken.length < minClients) {
      const reasons = leftOut.map(({ name, reason }) => `\n  ${name}: ${reason}`).join('');
      const message = `${call}: round ${round} had ${taken.length} clients, fewer than ${minClients} (minClients):${reasons}`;
      throw new FederatedError(message, rounds, model);
    }
    numbers = { tensors: server.step(numbers.tensors, taken), generators: taken[0]!.generators };
    model = file.write(numbers);
    rounds.push({ round, clients: taken.map(({ name, samples }) => ({ name, samples })), leftOut });
    await onRound?.(rounds.at(-1)!, model);
  }
  return { model, rounds };
}

/** The seed of a client for a round: 48 bits of a digest, so that clients have different seeds whatever their order. */
function seedOf(seed: number, client: string, round: number): number {
  const digest = sha256(new TextEncoder().encode(JSON.stringify([seed, client, round])));
  return digest.subarray(0, 6).reduce((number, byte) => 256 * number + byte, 0);
}

/** A client's answer, or the reason why it is left out. */
function readReply(file: FederatedModel, reply: Reply): (Answer & Numbers) | { readonly reason: string } {
  if ('reason' in reply) return reply;
  const { model, samples } = Object(reply.result) as Partial<ClientOutput>;
  try {
    checkInt('its samples', samples, 1);
    return { ...file.read(checkBytes('its model', model)), samples: samples! };
  } catch (error) {
    return { reason: `refused: ${(error as Error).message}` };
  }
}
