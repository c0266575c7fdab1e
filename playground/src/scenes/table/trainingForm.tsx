import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { Choice } from '../../ui/fields.js';
import { grouped } from '../../ui/grouped.js';
import { LossChart } from '../../ui/lossChart.js';
import { openProblems } from './columns.js';
import { isOfNetworks, type TrainingFields } from './state.js';
import type { TableControls } from './useTable.js';
import type { Words } from './words.js';

interface Props {
  readonly w: Words;
  readonly table: TableControls;
}

type Named = 'activation' | 'optimizer' | 'schedule';
type Typed = Exclude<keyof TrainingFields, Named | 'model'>;

const NAMES: Readonly<Record<Named, readonly string[]>> = {
  activation: ['relu', 'leakyRelu', 'tanh', 'sigmoid', 'gelu', 'silu', 'elu', 'softplus'],
  optimizer: [
    'adadelta',
    'adafactor',
    'adagrad',
    'adam',
    'adamax',
    'adamw',
    'asgd',
    'lion',
    'nadam',
    'radam',
    'rmsprop',
    'rprop',
    'sgd',
  ],
  schedule: ['constant', 'cosine', 'linear', 'oneCycle'],
};

/** The defaults of the package, shown in empty fields. */
const USUAL: Readonly<Record<Typed, string>> = {
  ...{
    hidden: '64, 64',
    lr: '0.003',
    epochs: '100',
    batchSize: '32',
    dropout: '0',
    weightDecay: '0.1',
    holdOut: '0.2',
    seed: '0',
  },
};

const PATTERNS: Readonly<Record<Typed, RegExp>> = {
  hidden: /^\s*[1-9]\d{0,3}(\s*[,，、\s]\s*[1-9]\d{0,3}){0,7}\s*$/,
  lr: /^\d*\.?\d+(e-?\d+)?$/,
  epochs: /^[1-9]\d{0,6}$/,
  batchSize: /^[1-9]\d{0,6}$/,
  dropout: /^0?\.\d+$|^0$/,
  weightDecay: /^\d*\.?\d+(e-?\d+)?$/,
  holdOut: /^0?\.\d+$|^0$/,
  seed: /^\d{1,9}$/,
};

const ORDER: readonly (keyof TrainingFields)[] = [
  ...(['model', 'hidden', 'activation', 'optimizer', 'lr', 'schedule', 'epochs'] as const),
  ...(['batchSize', 'dropout', 'weightDecay', 'holdOut', 'seed'] as const),
];

/** The column to predict, the options of training, and the buttons that train. */
export function TrainingForm({ w, table }: Props): JSX.Element {
  const { state, view } = table;
  const { training } = state;
  const linear = training.model === 'linear';
  const names = view.inspection!.columns.map(({ name }) => name);
  const ready = state.target !== '' && openProblems(table).length === 0 && view.reading === undefined;
  return (
    <>
      <h2>{w.training}</h2>
      <div class="options">
        <Choice
          label={w.target}
          value={state.target}
          options={[['', w.chooseTarget] as const, ...names.map((name) => [name, name] as const)]}
          onChange={(target) => table.change({ target })}
        />
        {ORDER.map((name) => {
          const off = linear && isOfNetworks(name);
          if (name === 'model') {
            const models = (['mlp', 'linear'] as const).map((one) => [one, w.models[one]] as const);
            return (
              <Choice
                key={name}
                label={w.fields.model}
                value={training.model}
                options={models}
                onChange={(model) => table.changeTraining({ model })}
              />
            );
          }
          if (name in NAMES) {
            const options = [['', w.usual] as const, ...NAMES[name as Named].map((one) => [one, one] as const)];
            return (
              <Choice
                key={name}
                label={w.fields[name]}
                disabled={off}
                value={training[name]}
                options={options}
                onChange={(one) => table.changeTraining({ [name]: one })}
              />
            );
          }
          const usual =
            linear && name === 'weightDecay' ? '1' : linear && name === 'epochs' ? '500' : USUAL[name as Typed];
          return (
            <Typing
              key={name}
              name={name as Typed}
              label={w.fields[name]}
              {...{ usual, disabled: off }}
              value={training[name]}
              onChange={(text) => table.changeTraining({ [name]: text })}
            />
          );
        })}
      </div>
      <p class="help">{w.trainingHelp}</p>
      <div class="buttons">
        {view.phase === 'idle' ? (
          <button type="button" class="primary" disabled={!ready} onClick={table.train}>
            {view.model ? w.trainAgain : w.train}
          </button>
        ) : (
          <>
            <button type="button" onClick={view.phase === 'paused' ? table.go : table.pause}>
              {view.phase === 'paused' ? w.go : w.stop}
            </button>
            <button type="button" onClick={table.cancel}>
              {w.discard}
            </button>
          </>
        )}
      </div>
      {!ready && view.reading === undefined && <p>{w.notReady}</p>}
    </>
  );
}

interface TypingProps {
  readonly name: Typed;
  readonly label: string;
  readonly usual: string;
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (text: string) => void;
}

/** A field for a number, or for the widths of the layers. An invalid entry is replaced by the last valid one. */
function Typing({ name, label, usual, value, disabled, onChange }: TypingProps): JSX.Element {
  const id = useId();
  return (
    <span class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode={name === 'hidden' ? 'text' : 'decimal'}
        placeholder={usual}
        value={value}
        disabled={disabled}
        onChange={({ currentTarget }) => {
          const text = currentTarget.value.trim();
          if (text === '' || PATTERNS[name].test(text)) onChange(text);
          else currentTarget.value = value;
        }}
      />
    </span>
  );
}

/** Progress of the training, and its losses. */
export function TrainingProgress({ w, table: { view } }: Props): JSX.Element | null {
  const { rows, progress, phase } = view;
  if (phase === 'idle' && rows.length === 0) return null;
  const validated = rows.some(({ validationLoss }) => validationLoss !== undefined);
  const positive = (value: number | undefined) => (value !== undefined && value > 0 ? value : null);
  const last = rows.at(-1);
  const text = (value: number | undefined) => value?.toPrecision(3) ?? '–';
  return (
    <div data-epochs={rows.length} data-loss={last?.loss}>
      <p role="status">{phase === 'paused' ? w.stopped : ''}</p>
      {phase !== 'idle' && progress && (
        <p>{w.progress(progress.epoch + 1, progress.epochs, grouped(Math.round(progress.rate)))}</p>
      )}
      <LossChart
        label={w.curves(text(last?.loss), text(last?.validationLoss))}
        xLabel={w.epoch}
        height={220}
        curves={[{ name: w.loss, color: 0 }, ...(validated ? [{ name: w.validation, color: 1, dashed: true }] : [])]}
        data={[
          rows.map(({ epoch }) => epoch + 1),
          rows.map(({ loss }) => positive(loss)),
          ...(validated ? [rows.map(({ validationLoss }) => positive(validationLoss))] : []),
        ]}
      />
    </div>
  );
}
