import { Context } from './context';
import { runStep } from './runStep.generated';

/** `runStep` of the module of base.ts, to which that of models.ts is linked. */
@external('env', 'runStep')
declare function runStepOfBase(context: Context, ops: usize, end: usize): void;

/** Runs the ops of a step, which are in this module unless it is that of models.ts alone (asconfig.json defines `LINKED` for it). */
@inline export function callStep(context: Context, ops: usize, end: usize): void {
  if (isDefined(LINKED)) runStepOfBase(context, ops, end);
  else runStep(context, ops, end);
}
