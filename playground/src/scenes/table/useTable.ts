import type { HistoryRow } from 'adamas';
import type { CsvProblem, CsvRow } from 'adamas/datasets';
import type { Prediction } from 'adamas/tabular';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Job, startJob } from '../../training/startJob.js';
import { readAddress, writeAddress } from '../host.js';
import { exampleFile } from './examples.js';
import type { Importance } from './importance.js';
import { keyOf, union } from './problems.js';
import type { Options } from './recipe.js';
import { remember, type SavedModel } from './savedModels.js';
import type { FileKind, Inspection, TableCommand, TableMessage, Trained } from './session.js';
import { type Example, exampleState, NO_TABLE, optionsOf, readState, type TableState, writeState } from './state.js';

/** The page's view of the table and its model. */
export interface TableView {
  readonly file: File | undefined;
  readonly inspection: Inspection | undefined;
  /** All problems that came up, with fixes that are switched on or not. */
  readonly problems: readonly CsvProblem[];
  readonly reading: { readonly rows: number; readonly bytes: number } | undefined;
  readonly phase: 'idle' | 'training' | 'paused';
  readonly progress: { readonly epoch: number; readonly epochs: number; readonly rate: number } | undefined;
  readonly rows: readonly HistoryRow[];
  /** The model that is there, and what made it. */
  readonly model: Trained | undefined;
  readonly recipe: Pick<SavedModel, 'file' | 'options'> | undefined;
  readonly picture: { readonly svg: string; readonly shown: number } | undefined;
  readonly importances: readonly Importance[];
  readonly importanceRows: number;
  readonly prediction:
    | { readonly value: Prediction; readonly probabilities: readonly number[] | undefined }
    | undefined;
  readonly savedAs: string;
  /** The last error, and what it was about. */
  readonly error: { readonly command: TableCommand['kind']; readonly message: string } | undefined;
}

const NO_MODEL = {
  ...{ rows: [], model: undefined, recipe: undefined, picture: undefined, importances: [], importanceRows: 0 },
  ...{ prediction: undefined, savedAs: '', progress: undefined, error: undefined },
} as const;

const NOTHING: TableView = {
  ...{ file: undefined, inspection: undefined, problems: [], reading: undefined, phase: 'idle' },
  ...NO_MODEL,
};

/** Milliseconds from one drawing of the losses to the next. */
const READABLE = 100;

/** The table of the scene: its state, its findings and the actions on it. */
export function useTable() {
  const [state, setState] = useState<TableState>(NO_TABLE);
  const [view, setView] = useState<TableView>(NOTHING);
  const job = useRef<Job<TableCommand>>(undefined);
  const now = useRef<TableView>(NOTHING);
  const run = useRef(0);
  const recipe = useRef<TableView['recipe']>(undefined);
  const update = (part: Partial<TableView>) => {
    now.current = { ...now.current, ...part };
    setView(now.current);
  };
  const send = (command: TableCommand) => job.current?.command(command);
  const read = (kind: 'inspect' | 'train', file: File, options: Options) =>
    send({ kind, run: ++run.current, file, options });

  const take = (message: TableMessage) => {
    if (message.run !== 0 && message.run !== run.current) return;
    update(changesBy(message, now.current, recipe.current));
    if (message.kind === 'epochs') setTimeout(() => send({ kind: 'drawn' }), READABLE);
    if (message.kind === 'bytes') download(message.bytes, FILES[message.as]);
    if (message.kind === 'saved') remember({ name: message.name, ...now.current.recipe! });
  };
  /** Shows another state, and inspects the table again where its reading has changed. */
  const show = (next: TableState, file = now.current.file, problems = now.current.problems) => {
    setState(next);
    writeAddress(writeState(next));
    if (file === undefined) return;
    update({ reading: { rows: 0, bytes: 0 }, error: undefined });
    read('inspect', file, optionsOf(next, problems));
  };
  const open = (file: File, next: TableState) => {
    update({ ...NOTHING, file });
    show(next, file, []);
  };
  const openExample = async (example: Example, next = exampleState(example)) => open(await exampleFile(example), next);

  useEffect(() => {
    job.current = startJob('table', undefined, take, (message) =>
      update({ error: { command: 'train', message }, phase: 'idle' }),
    );
    const first = readState(readAddress());
    if (first.example) openExample(first.example, first);
    return () => job.current?.end();
  }, []);
  // Fixes of an address are known once the problems are.
  const known = view.problems.filter((problem) => state.fixes.includes(keyOf(problem))).length;
  useEffect(() => {
    if (known > 0) show(state);
  }, [known]);

  const keyed = (problem: CsvProblem, on: boolean) =>
    on ? [...state.fixes, keyOf(problem)] : state.fixes.filter((key) => key !== keyOf(problem));
  return {
    state,
    view,
    openFile: (file: File) => open(file, { ...NO_TABLE, training: state.training }),
    openExample,
    /** Changes what is read. */
    change: (part: Partial<TableState>) => show({ ...state, ...part }),
    /** Changes how is trained. */
    changeTraining(part: Partial<TableState['training']>) {
      const next = { ...state, training: { ...state.training, ...part } };
      setState(next);
      writeAddress(writeState(next));
    },
    switchFix: (problem: CsvProblem, on: boolean) => show({ ...state, fixes: keyed(problem, on) }),
    switchAll: () => show({ ...state, fixes: view.problems.filter(({ fix }) => fix !== undefined).map(keyOf) }),
    train() {
      const options = optionsOf(state, view.problems);
      recipe.current = { file: view.file!.name, options };
      update({ ...NO_MODEL, phase: 'training' });
      read('train', view.file!, options);
    },
    pause() {
      send({ kind: 'pause' });
      update({ phase: 'paused' });
    },
    go() {
      send({ kind: 'go' });
      update({ phase: 'training' });
    },
    cancel() {
      run.current++;
      send({ kind: 'cancel' });
      update({ ...(view.phase === 'idle' ? {} : NO_MODEL), phase: 'idle', reading: undefined });
    },
    predict(row: CsvRow) {
      update({ prediction: undefined, error: undefined });
      send({ kind: 'predict', row });
    },
    download: (as: FileKind) => send({ kind: 'bytes', as }),
    downloadData: async () => download(new Uint8Array(await view.file!.arrayBuffer()), view.file!.name),
    save(name: string) {
      update({ error: undefined });
      send({ kind: 'save', name });
    },
    openSaved({ name, ...made }: SavedModel) {
      run.current++;
      recipe.current = made;
      setState(NO_TABLE);
      writeAddress({});
      update(NOTHING);
      send({ kind: 'load', name });
    },
  };
}

export type TableControls = ReturnType<typeof useTable>;

/** Changes of the view by a message. */
function changesBy(message: TableMessage, view: TableView, recipe: TableView['recipe']): Partial<TableView> {
  switch (message.kind) {
    case 'reading':
      return { reading: { rows: message.rows, bytes: message.bytes } };
    case 'inspected': {
      const { inspection } = message;
      return { inspection, problems: union(view.problems, inspection.problems), reading: undefined };
    }
    case 'epochs':
      return { rows: [...view.rows, ...message.rows], reading: undefined };
    case 'progress':
      return { progress: message, reading: undefined };
    case 'trained':
    case 'loaded':
      return { model: message.model, recipe, phase: 'idle', reading: undefined };
    case 'picture':
      return { picture: message };
    case 'importance':
      return { importances: [...view.importances, message.importance], importanceRows: message.rows };
    case 'predicted':
      return { prediction: message };
    case 'saved':
      return { savedAs: message.name };
    case 'failed':
      return { error: message, reading: undefined, ...(message.command === 'train' && { phase: 'idle' as const }) };
    case 'bytes':
      return {};
  }
}

const FILES: Readonly<Record<FileKind, string>> = {
  safetensors: 'model.safetensors',
  onnx: 'model.onnx',
  js: 'model.js',
};

/** Hands bytes to the user as a file. */
function download(bytes: Uint8Array, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
