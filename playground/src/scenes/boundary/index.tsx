import type { HistoryRow } from 'adamas';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Job, startJob } from '../../training/startJob.js';
import { Choice, NumberField, Slider } from '../../ui/fields.js';
import { LossChart } from '../../ui/lossChart.js';
import { language, readAddress, writeAddress } from '../host.js';
import { BoundaryPicture } from './boundaryPicture.js';
import type { BoundaryCommand, BoundaryMessage, LayerPicture } from './job.js';
import { LayerPictures } from './layers.js';
import { NetworkEditor } from './network.js';
import type { Points } from './points.js';
import {
  ACTIVATION_NAMES,
  type BoundaryState,
  CLASSES,
  LIMITS,
  MAX_PAINTED,
  onGrid,
  RULES,
  readState,
  SHAPES,
  writeState,
} from './state.js';
import './style.css';
import { words } from './words.js';

/** Names of the optimizers as they are written. */
const RULE_TITLES: Readonly<Record<(typeof RULES)[number], string>> = {
  adam: 'Adam',
  adamw: 'AdamW',
  nadam: 'NAdam',
  rmsprop: 'RMSprop',
  adagrad: 'Adagrad',
  lion: 'Lion',
  momentum: 'SGD, momentum 0.9',
  sgd: 'SGD',
};

type Status = 'running' | 'paused' | keyof (typeof words)['en']['status'];

/** What the worker told of the run. */
interface Run {
  readonly status: Status;
  readonly points?: Points;
  readonly held?: Uint8Array;
  readonly cells?: Uint8Array;
  readonly layers: readonly LayerPicture[];
  readonly rows: readonly HistoryRow[];
}

const EMPTY: Run = { status: 'running', layers: [], rows: [] };

/** A network that learns to tell points apart, and the boundary that it draws. */
export default function Boundary(): JSX.Element {
  const w = words[language.value];
  const [state, setState] = useState<BoundaryState>(() => readState(readAddress()));
  const [label, setLabel] = useState(0);
  const { run, job, restart, error } = useRun(state);
  const change = (part: Partial<BoundaryState>) => {
    const next = { ...state, ...part };
    setState(next);
    writeAddress(writeState(next));
  };
  const number = (name: keyof typeof LIMITS) => {
    const [min, max, step] = LIMITS[name];
    return { value: state[name], min, max, step, onChange: (value: number) => change({ [name]: value }) };
  };
  const paint = (x: number, y: number) => {
    if (state.painted.length < MAX_PAINTED) change({ painted: [...state.painted, onGrid(x, y, label)] });
  };
  const erase = (x: number, y: number) => {
    const distance = (point: { x: number; y: number }) => Math.hypot(point.x - x, point.y - y);
    const [nearest] = [...state.painted].sort((a, b) => distance(a) - distance(b));
    change({ painted: state.painted.filter((point) => point !== nearest) });
  };
  const last = run.rows.at(-1);
  const percent = (share: number | undefined) => (share === undefined ? '–' : `${(100 * share).toFixed(1)} %`);
  const figure = (value: number | undefined) => (value === undefined ? '–' : value.toPrecision(3));
  const accuracy = `${percent(last?.accuracy)}${last?.validationAccuracy === undefined ? '' : ` / ${percent(last.validationAccuracy)}`}`;
  const live = run.status === 'running';
  return (
    <section class="boundaries">
      <h1>{w.title}</h1>
      <p class="intro">{w.intro}</p>
      <div class="beside">
        <div>
          <BoundaryPicture
            label={state.shape === 'painted' ? `${w.boundary(accuracy)} ${w.paintHelp}` : w.boundary(accuracy)}
            cells={run.cells}
            points={run.points}
            held={run.held}
            onPaint={state.shape === 'painted' ? paint : undefined}
            onErase={erase}
            cursorText={w.cursor}
            onDrawn={() => job.current?.command('drawn')}
          />
          <div class="buttons">
            {run.status === 'running' || run.status === 'paused' ? (
              <>
                <button type="button" onClick={() => job.current?.command(live ? 'pause' : 'go')}>
                  {live ? w.stop : w.go}
                </button>
                <button type="button" disabled={live} onClick={() => job.current?.command('step')}>
                  {w.step}
                </button>
              </>
            ) : null}
            <button type="button" onClick={restart}>
              {w.again}
            </button>
          </div>
          <p role="status">
            {run.status in w.status
              ? w.status[run.status as keyof typeof w.status]
              : run.status === 'paused'
                ? w.status.stopped
                : ''}
          </p>
          {error && <p role="alert">{error}</p>}
          <dl class="figures" data-epoch={last ? last.epoch + 1 : 0} data-loss={last?.loss} data-status={run.status}>
            <div>
              <dt>{w.epochs}</dt>
              <dd>{w.figures(last ? last.epoch + 1 : 0, state.epochs)}</dd>
            </div>
            <div>
              <dt>{w.loss}</dt>
              <dd>{figure(last?.loss)}</dd>
            </div>
            <div>
              <dt>{w.validation}</dt>
              <dd>{figure(last?.validationLoss)}</dd>
            </div>
            <div>
              <dt>{w.accuracy}</dt>
              <dd>{accuracy}</dd>
            </div>
          </dl>
          <Losses {...{ run, w }} />
          {run.held?.includes(1) && <p>{w.held('25 %')}</p>}
        </div>
        <div class="controls">
          <Choice
            label={w.data}
            value={state.shape}
            options={SHAPES.map((shape) => [shape, w.shapes[shape]] as const)}
            onChange={(shape) => change({ shape })}
          />
          {state.shape === 'painted' ? (
            <fieldset>
              <legend>{w.paint}</legend>
              <p>{w.paintHelp}</p>
              <Choice
                label={w.paintClass}
                value={String(label)}
                options={Array.from({ length: CLASSES }, (_, k) => [String(k), w.classes[k]!] as const)}
                onChange={(k) => setLabel(Number(k))}
              />
              <p class="buttons">
                <button
                  type="button"
                  disabled={state.painted.length === 0}
                  onClick={() => change({ painted: state.painted.slice(0, -1) })}
                >
                  {w.undo}
                </button>
                <button type="button" disabled={state.painted.length === 0} onClick={() => change({ painted: [] })}>
                  {w.clear}
                </button>
              </p>
            </fieldset>
          ) : (
            <>
              <Slider label={w.count} {...number('count')} />
              <Slider label={w.noise} {...number('noise')} text={(x) => x.toFixed(2)} />
            </>
          )}
          <NetworkEditor
            {...{ w }}
            hidden={state.hidden}
            classes={run.points?.classes ?? 2}
            onChange={(hidden) => change({ hidden })}
          />
          <fieldset class="training">
            <legend>{w.training}</legend>
            <Choice
              label={w.activation}
              value={state.activation}
              options={ACTIVATION_NAMES.map((name) => [name, name] as const)}
              onChange={(activation) => change({ activation })}
            />
            <Choice
              label={w.optimizer}
              value={state.rule}
              options={RULES.map((rule) => [rule, RULE_TITLES[rule]] as const)}
              onChange={(rule) => change({ rule })}
            />
            <Slider label={w.rate} {...number('lr')} log />
            <Slider label={w.decay} {...number('weightDecay')} />
            <Slider label={w.batch} {...number('batchSize')} />
            <Slider label={w.epochs} {...number('epochs')} />
            <NumberField label={w.seed} {...number('seed')} />
            <Slider label={w.pace} {...number('pace')} text={w.paceText} />
          </fieldset>
        </div>
      </div>
      <LayerPictures w={w} layers={run.layers} />
    </section>
  );
}

function Losses({ run, w }: { readonly run: Run; readonly w: (typeof words)['en'] }): JSX.Element {
  const { rows } = run;
  const validated = run.held?.includes(1) ?? true;
  const positive = (value: number | undefined) => (value !== undefined && value > 0 ? value : null);
  const data = [
    rows.map(({ epoch }) => epoch + 1),
    rows.map(({ loss }) => positive(loss)),
    ...(validated ? [rows.map(({ validationLoss }) => positive(validationLoss))] : []),
  ];
  const last = rows.at(-1);
  const text = (value: number | undefined) => value?.toPrecision(3) ?? '–';
  return (
    <LossChart
      label={w.curves(text(last?.loss), text(last?.validationLoss))}
      xLabel={w.epoch}
      height={190}
      curves={[{ name: w.loss, color: 0 }, ...(validated ? [{ name: w.validation, color: 1, dashed: true }] : [])]}
      data={data}
    />
  );
}

/** Runs the training of the state anew whenever the state changes. */
function useRun(state: BoundaryState) {
  const [run, setRun] = useState<Run>(EMPTY);
  const [error, setError] = useState('');
  const [round, setRound] = useState(0);
  const job = useRef<Job<BoundaryCommand>>(undefined);
  useEffect(() => {
    setError('');
    let now: Run = EMPTY;
    const take = (message: BoundaryMessage) => {
      if (message.kind === 'points') now = { ...now, points: message.points, held: message.held };
      else if (message.kind === 'frame') {
        const { cells, layers, rows } = message;
        // A frame while it is paused is that of a single epoch.
        now = {
          ...now,
          cells,
          layers,
          rows: [...now.rows, ...rows],
          status: now.status === 'paused' && rows.length === 0 ? 'paused' : 'running',
        };
      } else if (message.kind === 'paused') now = { ...now, status: 'paused' };
      else now = { ...now, status: message.status as Status };
      setRun(now);
    };
    job.current = startJob('boundary', state, take, setError);
    return () => job.current?.end();
  }, [state, round]);
  return { run, job, error, restart: () => setRound(round + 1) };
}
