import type { Dataset } from '../data/dataset.js';
import { type Disposable, disposals } from '../resources.js';
import type { Rows } from '../rows.js';
import { Tensor } from '../tensor.js';
import { fail, isFloat32Array, refuse } from '../validate.js';
import { memoryBuffer } from '../wasm/kernels.js';
import { floatsAt } from '../wasm/memory.js';
import type { OutputActivation } from './classification.js';
import { blockRows } from './graph.js';
import { type Features, readFeatures, rowCount } from './inputs.js';
import { assertState, type Network } from './network.js';
import { capacityFor, Predictor } from './predictor.js';

/** The parts of a model that a prediction takes. */
interface PredictedModel extends Network {
  use<T>(call: string, more: readonly Disposable[], body: () => T): T;
}

/** The predictions of a model, block by block of rows. Op list and memory of the last serve the next. */
export class Predictions {
  readonly #model: PredictedModel;
  readonly #blockRows: number;
  /** The predictor of the last call; a prediction takes it, so that one within it makes another. */
  #predictor: Predictor | undefined;
  /** Number of disposals when the state was last looked at, which takes as long as a small model. */
  #checked = -1;

  constructor(model: PredictedModel) {
    this.#model = model;
    this.#blockRows = blockRows(model);
  }

  /**
   * The outputs for some rows, or what an activation makes of them.
   *
   * @param call - the call in errors
   * @param out - an array for them; by default a new one
   * @returns `out`, unless it was a view of Wasm memory that was detached meanwhile: then a new one of the same place
   */
  take(
    call: string,
    features: Rows | Dataset,
    out: Float32Array | undefined,
    activation: OutputActivation | undefined,
  ): Float32Array {
    const idle = this.#predictor;
    // The arrays' addresses and overlaps do not matter here, and asking for them takes longer than a small model.
    const few = idle === undefined ? 0 : idle.rowsOf(features, out);
    if (few > 0) {
      if (this.#checked !== disposals) {
        assertState(this.#model);
        this.#checked = disposals;
      }
      return idle!.predictAtOnce(features as Features, few, activation, out);
    }
    const model = this.#model;
    const { inputs, outputs } = model;
    const rows = readFeatures(call, features, model);
    const size = rowCount(rows, inputs) * outputs;
    if (out === undefined) return this.#predict(call, rows, new Float32Array(size), activation);
    if (!isFloat32Array(out)) refuse(TypeError, `${call}: out`, 'be a Float32Array', out);
    if (out.length !== size) {
      fail(RangeError, `${call}: out`, `hold ${size} numbers (${size / outputs} rows of ${outputs})`, out.length);
    }
    // Once: V8 takes as long to give a buffer as for a small model. A tensor's is that of Wasm memory.
    const { buffer } = out;
    const inWasm = buffer === memoryBuffer();
    const overlaps = !(rows instanceof Tensor) && buffer === rows.buffer;
    if (!inWasm && !overlaps) return this.#predict(call, rows, out, activation);
    // In memory that the call may detach, or over the rows that it has still to read: predicted into an array elsewhere first.
    const { byteOffset } = out;
    const predicted = this.#predict(call, rows, new Float32Array(size), activation);
    const target = inWasm && out.length !== size ? floatsAt(byteOffset, size) : out;
    target.set(predicted);
    return target;
  }

  /** Predicts into an array outside Wasm memory that shares nothing with the rows. */
  #predict(call: string, rows: Features, out: Float32Array, activation: OutputActivation | undefined): Float32Array {
    const model = this.#model;
    assertState(model);
    const count = rowCount(rows, model.inputs);
    const block = this.#blockRows;
    const predictor = this.#takePredictor(Math.min(block, count));
    const run = () => {
      for (let start = 0; start < count; start += block) {
        predictor.predict(rows, start, Math.min(block, count - start), activation, out);
      }
    };
    try {
      if (predictor.callsHost) model.use(call, rows instanceof Tensor ? [rows] : [], run);
      else run();
    } finally {
      // Kept for the next prediction, instead of that of one within this.
      this.#predictor?.dispose();
      this.#predictor = predictor;
    }
    return out;
  }

  /** A predictor for this number of rows that no prediction is using. */
  #takePredictor(rows: number): Predictor {
    const kept = this.#predictor;
    this.#predictor = undefined;
    if (kept && kept.capacity >= rows) return kept;
    kept?.dispose();
    return new Predictor(this.#model, capacityFor(this.#model, rows));
  }

  dispose(): void {
    this.#predictor?.dispose();
  }
}
