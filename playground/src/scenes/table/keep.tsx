import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { codeFor, commandFor } from './recipe.js';
import type { TableControls } from './useTable.js';
import type { Words } from './words.js';

interface Props {
  readonly w: Words;
  readonly table: TableControls;
}

/** Saves and downloads the model, and shows how to make the same one elsewhere. */
export function Keep({ w, table }: Props): JSX.Element {
  const { view } = table;
  const { file, options } = view.recipe!;
  const [name, setName] = useState(() => `${file.replace(/\.\w+$/, '')} · ${options.target}`);
  return (
    <>
      <h2>{w.keep}</h2>
      <form
        class="buttons save"
        onSubmit={(event) => {
          event.preventDefault();
          table.save(name);
        }}
      >
        <label>
          {w.saveName}{' '}
          <input type="text" required value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
        </label>
        <button type="submit">{w.save}</button>
        <span role="status">{view.savedAs && w.savedAs(view.savedAs)}</span>
      </form>
      <p class="buttons">
        {(['safetensors', 'onnx', 'js'] as const).map((as) => (
          <button key={as} type="button" data-download={as} onClick={() => table.download(as)}>
            {w.downloads[as]}
          </button>
        ))}
        {view.file && (
          <button type="button" onClick={table.downloadData}>
            {w.downloads.data}
          </button>
        )}
      </p>
      {view.error && ['save', 'load', 'bytes'].includes(view.error.command) && (
        <p role="alert" lang="en">
          {view.error.message}
        </p>
      )}
      <h2>{w.same}</h2>
      <p>{w.sameHelp(file)}</p>
      <Text {...{ w }} title={w.code} text={codeFor(file, options)} name="code" />
      <Text {...{ w }} title={w.command} text={commandFor(file, options)} name="command" />
    </>
  );
}

/** A text to copy. */
function Text({
  w,
  title,
  text,
  name,
}: {
  readonly w: Words;
  readonly title: string;
  readonly text: string;
  readonly name: string;
}): JSX.Element {
  const [copied, setCopied] = useState('');
  return (
    <figure class="text">
      <figcaption>
        {title}{' '}
        <button
          type="button"
          aria-label={`${w.copy}: ${title}`}
          onClick={() =>
            navigator.clipboard.writeText(text).then(
              () => setCopied(text),
              () => {},
            )
          }
        >
          {copied === text ? w.copied : w.copy}
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text wider than the page is scrolled by keys */}
      <section class="program" aria-label={title} tabIndex={0}>
        <pre data-recipe={name}>{text}</pre>
      </section>
    </figure>
  );
}
