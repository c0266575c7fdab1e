import type {
  AverageStateDict,
  LRScheduler,
  Model,
  Optimizer,
  OptimizerStateDict,
  Parameter,
  SchedulerStateDict,
} from '../index.js';
import type { Average } from './registry.js';

/** The objects that a fit changes, on either side. */
export interface Subject {
  readonly model: Model;
  /** The model's, and whatever others the optimizer has. */
  readonly parameters: readonly Parameter[];
  readonly optimizer: Optimizer;
  readonly scheduler: LRScheduler | undefined;
  readonly average: Average | undefined;
}

/** All of it as plain data that shares nothing with the subject. */
export interface State {
  readonly parameters: readonly { readonly data: Float32Array; readonly grad: Float32Array }[];
  readonly buffers: readonly Float32Array[];
  readonly generators: readonly bigint[];
  readonly optimizer: OptimizerStateDict;
  readonly scheduler: SchedulerStateDict | undefined;
  readonly average: AverageStateDict | undefined;
}

const buffersOf = ({ layers }: Model) => layers.flatMap(({ buffers }) => Object.values(buffers ?? {}));
const generatorsOf = ({ layers }: Model) => layers.flatMap(({ generator }) => generator ?? []);

export function captureState({ model, parameters, optimizer, scheduler, average }: Subject): State {
  return {
    parameters: parameters.map(({ data, grad }) => ({ data: data.slice(), grad: grad.slice() })),
    buffers: buffersOf(model).map(({ data }) => data.slice()),
    generators: generatorsOf(model).map(({ state }) => state),
    optimizer: optimizer.stateDict(),
    scheduler: scheduler?.stateDict(),
    average: average?.stateDict(),
  };
}

export function restoreState({ model, parameters, optimizer, scheduler, average }: Subject, state: State): void {
  // All are looked at first: one that was disposed meanwhile throws before anything is changed.
  const arrays = [
    ...parameters.flatMap((parameter, i) => {
      const { data, grad } = state.parameters[i]!;
      return [
        [parameter.data, data],
        [parameter.grad, grad],
      ] as const;
    }),
    ...buffersOf(model).map((buffer, i) => [buffer.data, state.buffers[i]!] as const),
  ];
  average?.assertAverages('fit');
  for (const [to, from] of arrays) to.set(from);
  generatorsOf(model).forEach((generator, i) => {
    generator.state = state.generators[i]!;
  });
  // The optimizer's last: a schedule may set lr as it loads.
  if (state.scheduler !== undefined) scheduler!.loadStateDict(state.scheduler);
  optimizer.loadStateDict(state.optimizer);
  if (state.average !== undefined) average!.loadStateDict(state.average);
}
