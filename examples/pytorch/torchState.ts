// State written by `save_training` of adamas_file.py.
import type { ModelStateDict, OptimizerStateDict, StateTensor } from 'adamas';
import { readSafetensors } from 'adamas/io';

/** A model's weights and its optimizer's state, for their `loadStateDict`. */
export function readTraining(bytes: Uint8Array): { model: ModelStateDict; optimizer: OptimizerStateDict } {
  const { tensors, metadata } = readSafetensors(bytes);
  const optimizer = JSON.parse(metadata.optimizer!);
  const model: ModelStateDict = {};
  for (const [key, tensor] of Object.entries<StateTensor>(tensors)) {
    const [, i, name] = /^optimizer\.(\d+)\.(\w+)$/.exec(key) ?? [];
    if (i === undefined) model[key] = tensor;
    else optimizer.state[i][name!] = tensor;
  }
  return { model, optimizer };
}
