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
  /** The model to go on from: `fromBytes(model)` of `adamas/io`. */
  readonly model: Uint8Array;
  /** The client's own, as the option `clients` has them. */
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
  /** Aborted when nobody waits for the client any more. */
  readonly signal: AbortSignalLike;
}

/** The model of a client after its training. */
export interface ClientOutput {
  /** The model as `toBytes` gives it, of the same layers and shapes. */
  readonly model: Uint8Array;
  /** Rows that it was trained on: its weight among the clients. */
  readonly samples: number;
}

/** The default export of a client's module. */
export type ClientJob = (input: ClientInput) => ClientOutput | PromiseLike<ClientOutput>;

/** Result of {@link federated}. */
export interface FederatedResult {
  /** The model after the last round: `fromBytes(model)` of `adamas/io` makes it. */
  readonly model: Uint8Array;
  readonly rounds: readonly FederatedRound[];
}

/** Too few clients answered in a round. The rounds before are kept. */
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
 * Trains one model on the data of several clients, which stay with them: each round sends it to all clients, each trains it on data of its own and
 * sends it back, and the server makes the next model of theirs.
 *
 * - `'fedAvg'`: the mean weighted by samples (McMahan et al. 2016, arXiv:1602.05629)
 * - `'fedProx'`: the same, of clients that stay near the model they were sent by the term `mu` (Li et al. 2018, arXiv:1812.06127), which their
 *   module adds to the gradient by {@link proximal}
 * - `'fedAdam'`, `'fedYogi'`: a step of Adam or Yogi along the clients' mean change, with `serverLr`, `betas`, `tau` (Reddi et al. 2020,
 *   arXiv:2003.00295), for clients whose data differ much
 *
 * The server computes in float64 and in the order of `clients`. The bytes of the model depend on which clients each round had, and not on where
 * they ran or which answered first. Buffers, such as the statistics of batchNorm, are averaged by every strategy; generators of dropout go on from
 * the first client's.
 *
 * @param options - see {@link FederatedOptions}; the clients' module exports a {@link ClientJob} as its default
 * @returns the last model, and a record of each round
 * @throws Rejects with TypeError or RangeError for wrong options; the reason of `signal`; FederatedError where a round has fewer clients than
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

/** A seed of a client's own for a round: 48 bits of a digest, so that clients share none and their order does not matter. */
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
