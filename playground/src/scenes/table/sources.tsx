import type { JSX, TargetedDragEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import { forget, savedModels } from './savedModels.js';
import { EXAMPLES } from './state.js';
import type { TableControls } from './useTable.js';
import type { Words } from './words.js';

/** Sources of a table: a file, a text, an example; or a model that was saved. */
export function Sources({ w, table }: { readonly w: Words; readonly table: TableControls }): JSX.Element {
  const [over, setOver] = useState(false);
  const [text, setText] = useState('');
  const [saved, setSaved] = useState(savedModels);
  const id = useId();
  const drop = (event: TargetedDragEvent<HTMLDivElement>) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file) table.openFile(file);
  };
  return (
    <section class="sources">
      <p class="privacy">{w.privacy}</p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button within does the same */}
      <div
        class={over ? 'dropzone over' : 'dropzone'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <span>{w.drop}</span>
        <input
          id={`${id}file`}
          class="unseen"
          type="file"
          accept=".csv,.tsv,.txt,.gz,text/csv,text/plain"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) table.openFile(file);
            currentTarget.value = '';
          }}
        />
        <label class="button" for={`${id}file`}>
          {w.choose}
        </label>
      </div>
      <details>
        <summary>{w.pasteLabel}</summary>
        <textarea
          aria-label={w.pasteLabel}
          rows={6}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button
          type="button"
          disabled={text.trim() === ''}
          onClick={() => table.openFile(new File([text], 'pasted.csv'))}
        >
          {w.pasteButton}
        </button>
      </details>
      <p class="buttons">
        {w.examples}
        {EXAMPLES.map((example) => (
          <button key={example} type="button" data-example={example} onClick={() => table.openExample(example)}>
            {w.exampleNames[example]}
          </button>
        ))}
      </p>
      {saved.length > 0 && (
        <>
          <h2>{w.saved}</h2>
          <ul class="saved">
            {saved.map((model) => (
              <li key={model.name} class="buttons">
                <button type="button" onClick={() => table.openSaved(model)}>
                  {w.open(model.name)}
                </button>
                <button
                  type="button"
                  aria-label={w.forget(model.name)}
                  onClick={() => {
                    forget(model.name);
                    setSaved(savedModels());
                  }}
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
