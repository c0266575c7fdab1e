import type { Parameter } from '../tensor.js';
import { nonNegative, refuse } from '../validate.js';

/** The proximal term of a client's loss: see {@link proximal}. */
export interface Proximal {
  /** The term's value now, to add to a reported loss. */
  readonly penalty: number;
  /** Adds the term's gradient to the `grad` of every parameter that is not frozen. Call it between `lossAndGrad` and `step`. */
  addGrad(): void;
}

/**
 * The term by which FedProx keeps a client near the model that it was sent:
 *
 *     loss(w) + mu / 2 ||w - w_sent||^2,    grad += mu (w - w_sent)
 *
 * `w_sent` are the parameters at the time of this call. Source: Li et al. 2018, "Federated Optimization in Heterogeneous Networks",
 * arXiv:1812.06127, equation 2. With mu = 0 it is FedAvg.
 *
 * @param parameters - parameters of the client's model, before training
 * @param mu - strength of the term; the paper tries 0.001, 0.01, 0.1 and 1
 * @throws TypeError or RangeError for wrong arguments
 * @example
 * ```ts
 * import { linear, SGD, sequential } from 'adamas';
 * import { proximal } from 'adamas/distribute';
 * const model = sequential(linear(1, 1, { init: 'zeros' }));
 * const optimizer = new SGD(model.parameters(), { lr: 0.1 });
 * const term = proximal(model.parameters(), 1);
 * for (let step = 0; step < 200; step++) {
 *   model.lossAndGrad('halfSquaredError', [[1]], [3]);
 *   term.addGrad();
 *   optimizer.step();
 * }
 * // Without the term weight and bias would add up to 3: the minimum of (w + b - 3)^2 / 2 + (w^2 + b^2) / 2 is at 1 and 1.
 * console.log(model.predict(new Float32Array([1]))[0]!.toFixed(3), term.penalty.toFixed(3)); // 2.000 1.000
 * model.dispose();
 * ```
 */
export function proximal(parameters: readonly Parameter[], mu: number): Proximal {
  if (!Array.isArray(parameters) || parameters.some((one) => !('requiresGrad' in Object(one)))) {
    refuse(TypeError, 'proximal: parameters', 'be an array of parameters, such as model.parameters()', parameters);
  }
  nonNegative('proximal: mu', mu);
  const pairs = parameters.map((parameter) => [parameter, parameter.data.slice()] as const);
  return {
    get penalty() {
      let sum = 0;
      for (const [{ data }, sent] of pairs) for (let i = 0; i < sent.length; i++) sum += (data[i]! - sent[i]!) ** 2;
      return (mu / 2) * sum;
    },
    addGrad() {
      for (const [parameter, sent] of pairs) {
        if (!parameter.requiresGrad) continue;
        const { data, grad } = parameter;
        for (let i = 0; i < sent.length; i++) grad[i]! += mu * (data[i]! - sent[i]!);
      }
    },
  };
}
