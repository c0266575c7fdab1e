import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { startJob } from '../../training/startJob.js';
import '../../ui/fields.css';
import '../../ui/layers.css';
import { language } from '../host.js';
import type { SpeedMessage } from './job.js';
import { words } from './words.js';

const time = (ms: number): string => (ms < 1 ? `${(1000 * ms).toPrecision(3)} µs` : `${ms.toPrecision(3)} ms`);

/** Measures this machine. */
export default function Speed(): JSX.Element {
  const w = words[language.value];
  const messages = useSignal<readonly SpeedMessage[]>([]);
  const measuring = useSignal(false);
  const error = useSignal('');
  const end = useRef(() => {});
  useEffect(() => () => end.current(), []);
  const measure = () => {
    messages.value = [];
    measuring.value = true;
    error.value = '';
    const take = (message: SpeedMessage) => {
      messages.value = [...messages.value, message];
      if (message.kind === 'digest') measuring.value = false;
    };
    const job = startJob('speed', undefined, take, (text) => {
      error.value = text;
      measuring.value = false;
    });
    end.current = () => job.end();
  };
  return (
    <section>
      <h1>{w.title}</h1>
      <p class="intro">{w.intro}</p>
      <div class="buttons">
        <button type="button" class="primary" disabled={measuring.value} onClick={measure}>
          {w.measure}
        </button>
        <span role="status">{measuring.value && w.measuring}</span>
      </div>
      {error.value && <p role="alert">{error}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by the keyboard */}
      <section class="wide" tabIndex={0} aria-label={w.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{w.work}</th>
              <th scope="col">adamas</th>
              <th scope="col">{w.plain}</th>
              <th scope="col">{w.times}</th>
            </tr>
          </thead>
          <tbody>
            {messages.value.map((message) => {
              if (message.kind === 'digest') return null;
              const [work, plain] =
                message.kind === 'step' ? [w.step(message.size), message.plain] : [w.epoch, undefined];
              return (
                <tr key={work}>
                  <th scope="row">{work}</th>
                  <td>{time(message.adamas)}</td>
                  <td>{plain && time(plain)}</td>
                  <td>{plain && (plain / message.adamas).toFixed(1)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
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
