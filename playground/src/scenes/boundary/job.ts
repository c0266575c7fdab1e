// Training in the worker: a network learns the points. The page gets a new frame when it has drawn the last.
import {
  Adagrad,
  Adam,
  AdamW,
  fit,
  type HistoryRow,
  Lion,
  type Model,
  mlp,
  NAdam,
  type Optimizer,
  type Parameter,
  RMSprop,
  SGD,
} from 'adamas';
import type { Channel } from '../../training/channel.js';
import { CELLS, REACH } from './picture.js';
import { datasetOf, holdOut, makePoints, type Points } from './points.js';
import type { BoundaryState, Rule } from './state.js';

/** Weights and gradients of one layer: `[outputs, inputs]` each, with biases as a last column. */
export interface LayerPicture {
  readonly outputs: number;
  /** Inputs and the bias. */
  readonly columns: number;
  readonly weights: Float32Array;
  readonly gradients: Float32Array;
}

export type BoundaryMessage =
  | { readonly kind: 'points'; readonly points: Points; readonly held: Uint8Array }
  | {
      readonly kind: 'frame';
      /** Rows of the history since the last frame. */
      readonly rows: readonly HistoryRow[];
      /** For each cell, from the lower left, its likeliest class and the certainty: 0 for no better than a guess, 255 for sure. */
      readonly cells: Uint8Array;
      readonly layers: readonly LayerPicture[];
    }
  | { readonly kind: 'paused' }
  | { readonly kind: 'ended'; readonly status: string; readonly seconds: number };

/** `drawn`: the last frame is on the screen. `step`: one epoch, then pause. */
export type BoundaryCommand = 'drawn' | 'pause' | 'go' | 'step';

// biome-ignore lint/suspicious/noExplicitAny: whatever its options are
type Maker = (params: Parameter[], options: { lr: number; weightDecay: number }) => Optimizer<any>;

const MAKERS: Readonly<Record<Rule, Maker>> = {
  adam: (params, options) => new Adam(params, options),
  adamw: (params, options) => new AdamW(params, options),
  nadam: (params, options) => new NAdam(params, options),
  rmsprop: (params, options) => new RMSprop(params, options),
  adagrad: (params, options) => new Adagrad(params, options),
  lion: (params, options) => new Lion(params, options),
  momentum: (params, options) => new SGD(params, { ...options, momentum: 0.9 }),
  sgd: (params, options) => new SGD(params, options),
};

export async function boundaryJob(
  state: BoundaryState,
  channel: Channel<BoundaryMessage, BoundaryCommand>,
): Promise<void> {
  const points = makePoints(state);
  const held = holdOut(points, state.seed);
  channel.send({ kind: 'points', points, held });
  if (new Set(points.labels).size < 2) return channel.send({ kind: 'ended', status: 'nothing', seconds: 0 });
  const data = datasetOf(points, held, 0);
  const validation = held.includes(1) ? datasetOf(points, held, 1) : undefined;
  const { hidden, activation, seed, epochs, batchSize, rule, lr, weightDecay } = state;
  const model = mlp({ inputs: 2, hidden, outputs: points.classes, activation, loss: 'crossEntropy', seed });
  const optimizer = MAKERS[rule](model.parameters(), { lr, weightDecay });
  const pace = new Pace(channel, state.pace);
  const frames = new Frames(model);
  const { send } = channel;
  frames.send(channel, []);
  const start = performance.now();
  let rows: HistoryRow[] = [];
  const onEpoch = async (row: HistoryRow) => {
    rows.push(row);
    const last = row.epoch + 1 === epochs;
    if (last || pace.wants(row.epoch)) {
      frames.send(channel, rows);
      rows = [];
      if (!last) await pace.next();
    }
  };
  const result = await fit(model, data, {
    ...{ optimizer, epochs, batchSize, seed, validation, onEpoch, metrics: ['accuracy'], signal: channel.signal },
  });
  if (!channel.signal.aborted) {
    if (rows.length > 0) frames.send(channel, rows);
    send({ kind: 'ended', status: result.status, seconds: (performance.now() - start) / 1000 });
  }
  for (const one of [optimizer, model, data, validation]) one?.dispose();
}

/** Decides when the next picture is due, and lets the training wait for it. */
class Pace {
  #drawn = false;
  #paused = false;
  #stepping = false;
  #wake: () => void = () => {};

  constructor(
    readonly channel: Channel<BoundaryMessage, BoundaryCommand>,
    readonly epochs: number,
  ) {
    channel.signal.addEventListener('abort', () => this.#wake());
    channel.onCommand((command) => {
      if (command === 'drawn') this.#drawn = true;
      if (command === 'pause') this.#paused = true;
      if (command === 'go') this.#paused = false;
      if (command === 'step') this.#stepping = true;
      this.#wake();
    });
  }

  wants(epoch: number): boolean {
    return this.#paused || (this.epochs === 0 ? this.#drawn : (epoch + 1) % this.epochs === 0);
  }

  /** Waits until a picture is drawn, unless the training runs at full speed, and while it is paused. */
  async next(): Promise<void> {
    const full = this.epochs === 0 && !this.#paused;
    while (!full && !this.#drawn && !this.channel.signal.aborted) await this.#command();
    this.#drawn = false;
    if (this.#paused) this.channel.send({ kind: 'paused' });
    while (this.#paused && !this.#stepping && !this.channel.signal.aborted) await this.#command();
    this.#stepping = false;
  }

  #command(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Computes the frames. */
class Frames {
  readonly #grid: Float32Array;
  readonly #logits: Float32Array;

  constructor(readonly model: Model) {
    this.#grid = Float32Array.from({ length: 2 * CELLS * CELLS }, (_, i) => {
      const place = i % 2 === 0 ? (i / 2) % CELLS : Math.floor(i / 2 / CELLS);
      return REACH * ((2 * place + 1) / CELLS - 1);
    });
    this.#logits = new Float32Array(CELLS * CELLS * model.outputs);
  }

  send(channel: Channel<BoundaryMessage, BoundaryCommand>, rows: readonly HistoryRow[]): void {
    const cells = this.#cells();
    const layers = layerPictures(this.model.parameters());
    const buffers = [cells, ...layers.flatMap(({ weights, gradients }) => [weights, gradients])];
    channel.send(
      { kind: 'frame', rows, cells, layers },
      buffers.map(({ buffer }) => buffer as ArrayBuffer),
    );
  }

  #cells(): Uint8Array {
    const K = this.model.outputs;
    const logits = this.model.predict(this.#grid, this.#logits);
    const cells = new Uint8Array(2 * CELLS * CELLS);
    for (let i = 0; i < CELLS * CELLS; i++) {
      let best = 0;
      for (let k = 1; k < K; k++) if (logits[i * K + k]! > logits[i * K + best]!) best = k;
      let sum = 0;
      for (let k = 0; k < K; k++) sum += Math.exp(logits[i * K + k]! - logits[i * K + best]!);
      cells[2 * i] = best;
      cells[2 * i + 1] = Math.round((255 * (1 / sum - 1 / K)) / (1 - 1 / K));
    }
    return cells;
  }
}

/** Weights and gradients of the layers: parameters come as weight, bias, weight, bias, ... */
function layerPictures(parameters: readonly Parameter[]): LayerPicture[] {
  const pictures: LayerPicture[] = [];
  for (let i = 0; i < parameters.length; i += 2) {
    const [weight, bias] = [parameters[i]!, parameters[i + 1]!];
    const [outputs, inputs] = weight.shape as [number, number];
    const joined = (w: Float32Array, b: Float32Array) => {
      const all = new Float32Array(outputs * (inputs + 1));
      for (let row = 0; row < outputs; row++) {
        all.set(w.subarray(row * inputs, (row + 1) * inputs), row * (inputs + 1));
        all[row * (inputs + 1) + inputs] = b[row]!;
      }
      return all;
    };
    pictures.push({
      outputs,
      columns: inputs + 1,
      weights: joined(weight.data, bias.data),
      gradients: joined(weight.grad, bias.grad),
    });
  }
  return pictures;
}
