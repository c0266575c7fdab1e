import type { JSX } from 'preact';
import { grouped } from '../../ui/grouped.js';
import { Later } from '../../ui/later.js';
import { language } from '../host.js';
import { Columns, Problems } from './columns.js';
import { Keep } from './keep.js';
import { Importances, PredictForm, Scores } from './results.js';
import { Sources } from './sources.js';
import './style.css';
import { TrainingForm, TrainingProgress } from './trainingForm.js';
import { useTable } from './useTable.js';
import { words } from './words.js';

/** A table of the user's own: from a CSV file to a model to take home. */
export default function YourTable(): JSX.Element {
  const w = words[language.value];
  const table = useTable();
  const { inspection, reading, model, recipe, error, phase } = table.view;
  return (
    <section class="your-table" data-phase={phase} data-reading={reading !== undefined}>
      <h1>{w.title}</h1>
      <p class="intro">{w.intro}</p>
      <Sources {...{ w, table }} />
      <p role="status" class="reading">
        {reading && w.reading(grouped(reading.rows), (reading.bytes / 1e6).toFixed(1))}
      </p>
      {reading && reading.bytes > 1e6 && phase === 'idle' && (
        <button type="button" onClick={table.cancel}>
          {w.cancel}
        </button>
      )}
      {error && (error.command === 'inspect' || error.command === 'train' || error.command === 'load') && (
        <p role="alert" lang="en" class="error">
          {error.message}
        </p>
      )}
      {inspection && (
        <>
          <Columns {...{ w, table }} />
          <Later>
            <Problems {...{ w, table }} />
          </Later>
          <Later>
            <TrainingForm {...{ w, table }} />
          </Later>
          <TrainingProgress {...{ w, table }} />
        </>
      )}
      {model && recipe && (
        <div class="results">
          <Scores {...{ w, table }} />
          <Importances {...{ w, table }} />
          <Later>
            <PredictForm {...{ w, table }} />
          </Later>
          <Later>
            <Keep {...{ w, table }} />
          </Later>
        </div>
      )}
    </section>
  );
}
