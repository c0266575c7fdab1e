// The model of a federated training as bytes: what is sent to the clients, and what they must send back.
import type { JsonObject } from '../io/json.js';
import { toBytes } from '../io/model/modelFile.js';
import { readSealed, type Sealed, writeSealed } from '../io/model/seal.js';
import { elementsOf } from '../io/safetensors/dtypes.js';
import type { Model } from '../nn/model.js';
import { show } from '../validate.js';

/** A model's numbers. */
export interface Numbers {
  /** Tensors in the order of the state dict. */
  readonly tensors: readonly Float32Array[];
  /** States of the generators of its dropout layers. */
  readonly generators: JsonObject['generators'];
}

/** The architecture that all models of a federated training have, with the numbers of the first. */
export class FederatedModel {
  readonly keys: readonly string[];
  readonly numbers: Numbers;
  /** For each tensor true if it is a parameter, false for a buffer. */
  readonly parameters: readonly boolean[];
  readonly #file: Sealed;

  constructor(model: Model) {
    this.#file = readSealed('federated', 'model', toBytes(model));
    this.keys = Object.keys(model.stateDict());
    const parameters = new Set(model.namedParameters().map(([key]) => key));
    this.parameters = this.keys.map((key) => parameters.has(key));
    this.numbers = this.#numbersOf(this.#file);
  }

  /** The file of a model with these numbers. */
  write({ tensors, generators }: Numbers): Uint8Array<ArrayBuffer> {
    const state = this.keys.map((key, t) => [key, { shape: this.#file.entries.get(key)!.shape, data: tensors[t]! }]);
    return writeSealed(
      'federated',
      'model',
      { ...this.#file.description, generators: generators! },
      Object.fromEntries(state),
    );
  }

  /**
   * Reads a client's file.
   *
   * @throws FormatError for a damaged file; RangeError for a model of another architecture, and for one with a number that is not finite
   */
  read(bytes: Uint8Array): Numbers {
    const file = readSealed('its model', 'model', bytes);
    for (const part of ['layers', 'generators'] as const) {
      const [sent, got] = [this.#file, file].map(({ description }) => description[part]);
      const same = part === 'layers' ? JSON.stringify(sent) === JSON.stringify(got) : lengthOf(sent) === lengthOf(got);
      if (!same) throw new RangeError(`its model must have the ${part} it was sent, got others`);
    }
    for (const key of this.keys) {
      const [sent, got] = [this.#file, file].map(({ entries }) => entries.get(key));
      const [wanted, found] = [sent, got].map((entry) => (entry ? `${entry.dtype} ${show(entry.shape)}` : 'none'));
      if (wanted !== found) throw new RangeError(`its model must have "${key}" as ${wanted}, got ${found}`);
    }
    const numbers = this.#numbersOf(file);
    numbers.tensors.forEach((tensor, t) => {
      const at = tensor.findIndex((x) => !Number.isFinite(x));
      if (at >= 0) throw new RangeError(`its model must be finite, got ${tensor[at]} in "${this.keys[t]}"`);
    });
    return numbers;
  }

  #numbersOf({ entries, description }: Sealed): Numbers {
    const tensors = this.keys.map((key) => {
      const { dtype, bytes } = entries.get(key)!;
      return elementsOf(dtype, bytes) as Float32Array;
    });
    return { tensors, generators: description.generators! };
  }
}

const lengthOf = (list: unknown): unknown => Object(list).length;
