import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { startJob } from '../../../training/startJob.js';
import { keep, readKept } from '../../../ui/kept.js';
import { LossChart } from '../../../ui/lossChart.js';
import { language } from '../../host.js';
import type { ScratchMessage } from '../job.js';
import { type ChapterState, epochsOf, PARAMETERS } from '../state.js';
import type { Outcome } from '../train.js';
import { words as chapterWords } from '../words.js';
import program from './program.js?raw';
import { runApart, type Verdict } from './runApart.js';
import START from './start.txt?raw';
import { type Words, words } from './words.js';

type Losses = Pick<Outcome, 'losses' | 'weights'>;

/** Outcome of a run, or `running`. */
type State =
  | { readonly kind: 'none' | 'running' | 'odd' }
  | { readonly kind: 'done'; readonly ours: Losses; readonly yours: Losses }
  | { readonly kind: 'failed'; readonly message: string }
  | Exclude<Verdict, { readonly kind: 'result' }>;

const KEPT = 'adamas-scratch';

/** The chapter's Adam from scratch: the reader edits it and runs it against ours. */
export function Scratch({ state }: { readonly state: ChapterState }): JSX.Element {
  const w = words[language.value];
  const id = useId();
  const text = useSignal(readKept('sessionStorage', KEPT) ?? START);
  const run = useSignal<State>({ kind: 'none' });
  const end = useRef(() => {});
  // A run is of the state with which it began.
  useEffect(() => {
    run.value = { kind: 'none' };
    return () => end.current();
  }, [state]);
  const write = (written: string) => {
    text.value = written;
    keep('sessionStorage', KEPT, written);
  };
  const start = () => {
    end.current();
    const controller = new AbortController();
    const { signal } = controller;
    const written = text.value;
    run.value = { kind: 'running' };
    const take = async ({ task, ours }: ScratchMessage) => {
      const verdict = await runApart({ text: written, program, input: task }, signal);
      if (!signal.aborted) run.value = judge(verdict, ours);
    };
    const job = startJob('scratch', state, take, (message) => {
      run.value = { kind: 'failed', message };
    });
    end.current = () => {
      controller.abort();
      job.end();
    };
  };
  return (
    <section class="scratch" aria-labelledby={`${id}title`}>
      <h2 id={`${id}title`}>{w.title}</h2>
      <p>{w.intro}</p>
      <div class="beside">
        <div>
          <label for={id}>{w.text}</label>
          <textarea
            id={id}
            wrap="off"
            rows={START.split('\n').length}
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            aria-describedby={`${id}outcome`}
            value={text.value}
            onInput={({ currentTarget }) => write(currentTarget.value)}
          />
          <div class="buttons">
            <button type="button" class="primary" disabled={run.value.kind === 'running'} onClick={start}>
              {w.run}
            </button>
            <button type="button" onClick={() => write(START)}>
              {w.reset}
            </button>
          </div>
          <p>{w.apart}</p>
        </div>
        <div data-scratch={run.value.kind}>
          {run.value.kind === 'done' && <Curves {...{ w, state }} {...run.value} />}
          <div id={`${id}outcome`} role="status">
            <Message {...{ w }} run={run.value} text={text.value} />
          </div>
        </div>
      </div>
    </section>
  );
}

/** Checks the shape of a result: the reader's text may post anything. */
function judge(verdict: Verdict, ours: Losses): State {
  if (verdict.kind !== 'result') return verdict;
  const { losses, weights } = Object(verdict.result);
  const areNumbers = (values: unknown, most: number): values is number[] =>
    Array.isArray(values) && values.length <= most && values.every((value) => typeof value === 'number');
  // Ours end early where they diverge.
  if (!areNumbers(losses, 10_000) || losses.length < ours.losses.length) return { kind: 'odd' };
  if (!areNumbers(weights, PARAMETERS) || weights.length !== PARAMETERS) return { kind: 'odd' };
  return { kind: 'done', ours, yours: { losses, weights } };
}

/** Text that Chromium puts before an error's message. */
const CHROMIUM = /Uncaught |Failed to execute 'importScripts' on 'WorkerGlobalScope': /g;

interface MessageProps {
  readonly w: Words;
  readonly run: State;
  readonly text: string;
}

/** The largest difference of two lists, up to the end of the shorter; NaN if a number is not finite. */
const apart = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.slice(0, b.length).map((value, i) => Math.abs(value - b[i]!)));

function Message({ w, run, text }: MessageProps): JSX.Element | null {
  if (run.kind === 'none') return null;
  if (run.kind === 'done') {
    const losses = apart(run.ours.losses, run.yours.losses);
    const weights = apart(run.ours.weights, run.yours.weights);
    return (
      <p data-losses={losses} data-weights={weights}>
        {w.differences(losses.toExponential(1), weights.toExponential(1))}
      </p>
    );
  }
  if (run.kind === 'failed') return <p>{run.message}</p>;
  if (run.kind !== 'error') return <p>{w[run.kind]}</p>;
  const line = text.split('\n')[run.line - 1];
  return (
    <>
      <p data-line={run.line}>
        {line !== undefined && w.line(run.line)}
        {run.message.replace(CHROMIUM, '').slice(0, 500)}
      </p>
      {line !== undefined && <code>{line.trim()}</code>}
    </>
  );
}

interface CurvesProps {
  readonly w: Words;
  readonly state: ChapterState;
  readonly ours: Losses;
  readonly yours: Losses;
}

function Curves({ w, state, ours, yours }: CurvesProps): JSX.Element {
  const drawn = (values: readonly number[]) =>
    yours.losses.map((_, i) => (Number.isFinite(values[i]) ? values[i]! : null));
  return (
    <LossChart
      label={w.picture}
      xLabel={chapterWords[language.value].epoch}
      curves={[
        { name: 'adamas', color: 0 },
        { name: w.yours, color: 1, dashed: true },
      ]}
      data={[epochsOf(yours.losses.length, state.batchSize), drawn(ours.losses), drawn(yours.losses)]}
      height={260}
    />
  );
}
