import type { LRScheduler, Schedule, SchedulerStateDict } from '../optim/schedules/schedule.js';
import { fail } from '../validate.js';
import type { FitState } from './checkpoint.js';
import type { ResolvedFitOptions } from './resolvedOptions.js';

/** Progress of a schedule, by torch's names: the rest of its state are options, or follow from those of the optimizer. */
const PROGRESS = /^(_|base_lrs$|best$|cooldown_counter$|last_epoch$|num_bad_epochs$|T_cur$|T_i$)/;

/**
 * The checkpoint with the state that its schedule goes on from. Throws where an option of the schedule is another than in the checkpoint, unless
 * the schedule is overridden: then those given now hold.
 */
export function withScheduleOptions<Kept extends FitState>(
  label: string,
  resume: Kept,
  { scheduler, override }: Pick<ResolvedFitOptions, 'scheduler' | 'override'>,
): Kept {
  const path = `${label}.scheduler`;
  const schedule = scheduler as Schedule<object, object> | undefined;
  // What a schedule of one's own has in its state is unknown here.
  if (!schedule?.checkState) return resume;
  schedule.checkState(path, resume.scheduler);
  const merged = (saved: SchedulerStateDict, given: SchedulerStateDict): SchedulerStateDict => {
    const state = { ...saved };
    for (const [key, value] of Object.entries(given)) {
      if (key === '_schedulers') {
        const parts = saved[key] as SchedulerStateDict[];
        state[key] = (value as SchedulerStateDict[]).map((one, i) => merged(parts[i]!, one));
      }
      const [was, now] = [saved[key], value].map((one) => JSON.stringify(one));
      if (PROGRESS.test(key) || was === undefined || was === now) continue;
      if (!override.includes('scheduler')) {
        const expected = `be of a schedule with the same ${key}, ${was}, or override: ['scheduler'] to go on with what is given now`;
        fail(RangeError, path, expected, now);
      }
      state[key] = value;
    }
    return state;
  };
  return { ...resume, scheduler: merged(resume.scheduler as SchedulerStateDict, schedule.stateDict()) };
}

/** False for a schedule that sets lr alone. */
export function cyclesMomentum(scheduler: LRScheduler): boolean {
  const cycles = ({ cycle_momentum, _schedulers }: SchedulerStateDict): boolean =>
    cycle_momentum === true || ((_schedulers as SchedulerStateDict[] | undefined)?.some(cycles) ?? false);
  return !('checkState' in scheduler) || cycles(scheduler.stateDict());
}
