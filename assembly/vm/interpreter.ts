import { batchNorm, batchNormBackward } from '../nn/batchNorm';
import { binaryCrossEntropy } from '../nn/binaryCrossEntropy';
import { crossEntropy } from '../nn/crossEntropy';
import { dense, denseBackward, denseColumns } from '../nn/dense';
import { dropout } from '../nn/dropout';
import { elu, eluBackward } from '../nn/elu';
import { embedding, embeddingBackward } from '../nn/embedding';
import { gelu, geluBackward } from '../nn/gelu';
import { geluTanh, geluTanhBackward } from '../nn/geluTanh';
import { halfSquaredError } from '../nn/halfSquaredError';
import { huber } from '../nn/huber';
import { l1 } from '../nn/l1';
import { layerNorm, layerNormBackward } from '../nn/layerNorm';
import { leakyRelu, leakyReluBackward } from '../nn/leakyRelu';
import { mse } from '../nn/mse';
import { normalization } from '../nn/normalization';
import { relu, reluBackward } from '../nn/relu';
import { sigmoid, sigmoidBackward } from '../nn/sigmoid';
import { silu, siluBackward } from '../nn/silu';
import { softplus, softplusBackward } from '../nn/softplus';
import { tanh, tanhBackward } from '../nn/tanh';
import { average } from '../optim/average';
import { clamp, inspect } from '../optim/clip';
import { Context } from './context';
import { host } from './hostCall';
import { Op } from './opcodes';
import { stepTable } from '../optim/step';
import { gather } from '../train/gather';

// An op list is a sequence of ops: the op's number, its length in bytes, and then its arguments, in words of 32 bits.
// An op is a function (address of its arguments, context).

/** Runs the ops from `ops` to `end`, unless an inspection stops the list. */
export function run(context: Context, ops: usize, end: usize): void {
  while (ops < end) {
    const at = ops + 8;
    switch (load<u32>(ops)) {
      case Op.average:
        average(at, context);
        break;
      case Op.batchNorm:
        batchNorm(at, context);
        break;
      case Op.batchNormBackward:
        batchNormBackward(at, context);
        break;
      case Op.binaryCrossEntropy:
        binaryCrossEntropy(at, context);
        break;
      case Op.clamp:
        clamp(at, context);
        break;
      case Op.crossEntropy:
        crossEntropy(at, context);
        break;
      case Op.dense:
        dense(at, context);
        break;
      case Op.denseBackward:
        denseBackward(at, context);
        break;
      case Op.denseColumns:
        denseColumns(at, context);
        break;
      case Op.dropout:
        dropout(at, context);
        break;
      case Op.elu:
        elu(at, context);
        break;
      case Op.eluBackward:
        eluBackward(at, context);
        break;
      case Op.embedding:
        embedding(at, context);
        break;
      case Op.embeddingBackward:
        embeddingBackward(at, context);
        break;
      case Op.gather:
        gather(at, context);
        break;
      case Op.gelu:
        gelu(at, context);
        break;
      case Op.geluBackward:
        geluBackward(at, context);
        break;
      case Op.geluTanh:
        geluTanh(at, context);
        break;
      case Op.geluTanhBackward:
        geluTanhBackward(at, context);
        break;
      case Op.halfSquaredError:
        halfSquaredError(at, context);
        break;
      case Op.host:
        host(at, context);
        break;
      case Op.huber:
        huber(at, context);
        break;
      case Op.inspect:
        inspect(at, context);
        // No other op stops a list.
        if (context.stopped) return;
        break;
      case Op.l1:
        l1(at, context);
        break;
      case Op.layerNorm:
        layerNorm(at, context);
        break;
      case Op.layerNormBackward:
        layerNormBackward(at, context);
        break;
      case Op.leakyRelu:
        leakyRelu(at, context);
        break;
      case Op.leakyReluBackward:
        leakyReluBackward(at, context);
        break;
      case Op.mse:
        mse(at, context);
        break;
      case Op.normalization:
        normalization(at, context);
        break;
      case Op.relu:
        relu(at, context);
        break;
      case Op.reluBackward:
        reluBackward(at, context);
        break;
      case Op.sigmoid:
        sigmoid(at, context);
        break;
      case Op.sigmoidBackward:
        sigmoidBackward(at, context);
        break;
      case Op.silu:
        silu(at, context);
        break;
      case Op.siluBackward:
        siluBackward(at, context);
        break;
      case Op.softplus:
        softplus(at, context);
        break;
      case Op.softplusBackward:
        softplusBackward(at, context);
        break;
      case Op.stepTable:
        stepTable(at, context);
        break;
      case Op.tanh:
        tanh(at, context);
        break;
      case Op.tanhBackward:
        tanhBackward(at, context);
        break;
      default:
        unreachable();
    }
    ops += load<u32>(ops, 4);
  }
}

/** Runs the forward ops over x[rows, D]. */
export function forward(context: Context, ops: usize, end: usize, x: usize, rows: usize): void {
  context.x = x;
  context.rows = rows;
  context.stopped = false;
  run(context, ops, end);
}

/** Runs the ops of forward, loss and backward over x[rows, D], y and weights[rows] (0 for none); returns the mean loss. */
export function lossAndGrad(
  context: Context,
  ops: usize,
  end: usize,
  x: usize,
  y: usize,
  weights: usize,
  rows: usize,
  accumulate: bool,
): f64 {
  context.y = y;
  context.weights = weights;
  context.lossSum = 0;
  context.lossWeight = 0;
  context.accumulate = accumulate;
  forward(context, ops, end, x, rows);
  return context.lossSum / context.lossWeight;
}

/** Runs the ops of one optimizer step, with every gradient multiplied by `scale`. Returns whether it was applied. */
export function step(context: Context, ops: usize, end: usize, scale: f32): bool {
  context.scale = scale;
  context.step = 0;
  context.lossSum = 0;
  context.stopped = false;
  run(context, ops, end);
  return !context.stopped;
}

/** The norm of the gradients at the last step that was clipped. */
export function lastGradNorm(context: Context): f64 {
  return context.gradNorm;
}
