import { useComputed } from '@preact/signals';
import type { HistoryRow } from 'adamas';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Choice, NumberField, Slider } from '../../ui/fields.js';
import { Figures } from '../../ui/figures.js';
import { Later } from '../../ui/later.js';
import { LossChart } from '../../ui/lossChart.js';
import { language, readAddress, writeAddress } from '../host.js';
import { BoundaryPicture } from './boundaryPicture.js';
import { LayerPictures } from './layers.js';
import { NetworkEditor } from './network.js';
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
import { type Run, useRun } from './useRun.js';
import { type Words, words } from './words.js';

/** Titles of the optimizers. */
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

/** A network that learns to tell points apart, and the boundary that it draws. */
export default function Boundary(): JSX.Element {
  const w = words[language.value];
  const [state, setState] = useState<BoundaryState>(() => readState(readAddress()));
  const [label, setLabel] = useState(0);
  const run = useRun(state);
  const classes = useComputed(() => run.points.value?.points.classes ?? 2);
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
  return (
    <section class="boundaries">
      <h1>{w.title}</h1>
      <p class="intro">{w.intro}</p>
      <div class="beside">
        <div>
          <Picture {...{ w, run }} onPaint={state.shape === 'painted' ? paint : undefined} onErase={erase} />
          <RunButtons {...{ w, run }} />
          <LastEpoch {...{ w, run }} epochs={state.epochs} />
          <Later>
            <LossCurves {...{ w, run }} />
          </Later>
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
          <Later>
            <NetworkEditor
              {...{ w }}
              hidden={state.hidden}
              classes={classes.value}
              onChange={(hidden) => change({ hidden })}
            />
          </Later>
          <Later>
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
          </Later>
        </div>
      </div>
      <Later>
        <LayerPictures w={w} layers={run.layers} />
      </Later>
    </section>
  );
}

/** Buttons that stop, continue and restart the run. */
function RunButtons({ w, run }: { readonly w: Words; readonly run: Run }): JSX.Element {
  const status = run.status.value;
  const live = status === 'running';
  return (
    <>
      <div class="buttons">
        {(live || status === 'paused') && (
          <>
            <button type="button" onClick={() => run.command(live ? 'pause' : 'go')}>
              {live ? w.stop : w.go}
            </button>
            <button type="button" disabled={live} onClick={() => run.command('step')}>
              {w.step}
            </button>
          </>
        )}
        <button type="button" onClick={run.restart}>
          {w.again}
        </button>
      </div>
      <p role="status">{live ? '' : status === 'paused' ? w.status.stopped : w.status[status]}</p>
      {run.error.value && <p role="alert">{run.error}</p>}
    </>
  );
}

const percent = (share: number | undefined): string => (share === undefined ? '–' : `${(100 * share).toFixed(1)} %`);
const figure = (value: number | null | undefined): string => value?.toPrecision(3) ?? '–';

/** Accuracy on the points to train on and, where there are some, on those held out. */
const accuracyOf = (last: HistoryRow | undefined): string =>
  percent(last?.accuracy) + (last?.validationAccuracy === undefined ? '' : ` / ${percent(last.validationAccuracy)}`);

function LastEpoch({ w, run, epochs }: { readonly w: Words; readonly run: Run; readonly epochs: number }): JSX.Element {
  const last = run.last.value;
  const epoch = last ? last.epoch + 1 : 0;
  const figures = [
    [w.epochs, w.figures(epoch, epochs)],
    [w.loss, figure(last?.loss)],
    [w.validation, figure(last?.validationLoss)],
    [w.accuracy, accuracyOf(last)],
  ] as const;
  return <Figures figures={figures} data-epoch={epoch} data-loss={last?.loss} data-status={run.status} />;
}

function LossCurves({ w, run }: { readonly w: Words; readonly run: Run }): JSX.Element {
  const data = run.losses.value;
  const validated = run.points.value?.held.includes(1) ?? true;
  return (
    <>
      <LossChart
        label={w.curves(figure(data[1]!.at(-1)), figure(data[2]!.at(-1)))}
        xLabel={w.epoch}
        height={190}
        curves={[{ name: w.loss, color: 0 }, ...(validated ? [{ name: w.validation, color: 1, dashed: true }] : [])]}
        data={validated ? data : data.slice(0, 2)}
      />
      {validated && <p>{w.held('25 %')}</p>}
    </>
  );
}

/** The picture, with the accuracy in its label. */
function Picture({ w, run, ...painting }: PictureProps): JSX.Element {
  const text = w.boundary(accuracyOf(run.last.value));
  return (
    <BoundaryPicture
      {...painting}
      label={painting.onPaint ? `${text} ${w.paintHelp}` : text}
      cells={run.cells}
      points={run.points}
      cursorText={w.cursor}
    />
  );
}

interface PictureProps {
  readonly w: Words;
  readonly run: Run;
  readonly onPaint: ((x: number, y: number) => void) | undefined;
  readonly onErase: (x: number, y: number) => void;
}
