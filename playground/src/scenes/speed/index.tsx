import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { startJob } from '../../training/startJob.js';
import '../../ui/fields.css';
import { language } from '../host.js';
import type { Contender, SpeedMessage } from './job.js';
import './style.css';
import { type Words, words } from './words.js';

type Row = Extract<SpeedMessage, { kind: 'row' }>;

/** Measures this machine. */
export default function Speed(): JSX.Element {
  const w = words[language.value];
  const messages = useSignal<readonly SpeedMessage[]>([]);
  const measuring = useSignal(false);
  const withTfjs = useSignal(false);
  const error = useSignal('');
  const end = useRef(() => {});
  useEffect(() => () => end.current(), []);
  const measure = (tfjs: boolean) => {
    messages.value = [];
    measuring.value = true;
    withTfjs.value = tfjs;
    error.value = '';
    const take = (message: SpeedMessage) => {
      messages.value = [...messages.value, message];
      if (message.kind === 'digest') measuring.value = false;
    };
    const job = startJob('speed', { tfjs }, take, (text) => {
      error.value = text;
      measuring.value = false;
    });
    end.current = () => job.end();
  };
  return (
    <section class="speed">
      <h1>{w.title}</h1>
      <p>{w.intro}</p>
      <div class="buttons">
        <button type="button" class="primary" disabled={measuring.value} onClick={() => measure(false)}>
          {w.measure}
        </button>
        <button type="button" data-tfjs disabled={measuring.value} onClick={() => measure(true)}>
          {w.measureTfjs}
        </button>
        <span role="status">{measuring.value && w.measuring}</span>
      </div>
      <p>{w.tfjsNote}</p>
      {error.value && <p role="alert">{error}</p>}
      {messages.value.length > 0 && <Times {...{ w, withTfjs: withTfjs.value, messages: messages.value }} />}
      {messages.value.map(
        (message) =>
          message.kind === 'digest' && (
            <p key="digest" data-same={message.same}>
              {w.digest}: <code>{message.found.slice(0, 16)}</code> {message.same ? w.same : w.other}
            </p>
          ),
      )}
    </section>
  );
}

interface TimesProps {
  readonly w: Words;
  readonly withTfjs: boolean;
  readonly messages: readonly SpeedMessage[];
}

function Times({ w, withTfjs, messages }: TimesProps): JSX.Element {
  const rows = messages.filter((message): message is Row => message.kind === 'row');
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by the keyboard */}
      <section class="wide" tabIndex={0} aria-label={w.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{w.work}</th>
              <th scope="col">adamas</th>
              <th scope="col">{w.plain}</th>
              {withTfjs && <th scope="col">TensorFlow.js</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ work, timings }) => (
              <tr key={JSON.stringify(work)}>
                <th scope="row">{w.nameOf(work)}</th>
                <Time {...{ w, timings }} of={['adamas']} />
                <Time {...{ w, timings }} of={['plain']} />
                {withTfjs && <Time {...{ w, timings }} of={['wasm', 'cpu']} />}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p>{w.ratioNote}</p>
    </>
  );
}

interface TimeProps {
  readonly w: Words;
  readonly timings: Row['timings'];
  /** The fastest of more than one, by its name. */
  readonly of: readonly Contender[];
}

function Time({ w, timings, of }: TimeProps): JSX.Element {
  const found = of.flatMap((name) => {
    const timing = timings[name];
    return typeof timing === 'object' ? [{ name, ...timing }] : [];
  });
  const [fastest] = found.sort((a, b) => a.time - b.time);
  if (fastest === undefined) return <td data-ratio="differs">{w.differs}</td>;
  const { name, time, ratio } = fastest;
  if (name === 'adamas') return <td>{text(time)}</td>;
  return (
    <td data-ratio={ratio}>
      {text(time)} ({ratio.toFixed(ratio < 10 ? 2 : 0)}){of.length > 1 && ` ${name}`}
    </td>
  );
}

/** A time with its unit, to three digits. */
function text(ms: number): string {
  if (ms < 1e-3) return `${(1e6 * ms).toPrecision(3)} ns`;
  return ms < 1 ? `${Number((1000 * ms).toPrecision(3))} µs` : `${Number(ms.toPrecision(3))} ms`;
}
