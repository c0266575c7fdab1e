import { effect, signal } from '@preact/signals';
import { type ComponentType, render } from 'preact';
import { chooseDark, isDark } from './darkness.js';
import { language, readAddress, writeAddress } from './scenes/host.js';
import './style.css';

const SCENES = {
  chapter: { title: { en: 'The chapter', zh: '本章内容' }, load: () => import('./scenes/chapter/index.js') },
  landscapes: { title: { en: 'Landscapes', zh: '函数地形' }, load: () => import('./scenes/landscapes/index.js') },
  boundary: { title: { en: 'Boundary', zh: '决策边界' }, load: () => import('./scenes/boundary/index.js') },
  table: { title: { en: 'Your table', zh: '你的表格' }, load: () => import('./scenes/table/index.js') },
  speed: { title: { en: 'Speed', zh: '速度' }, load: () => import('./scenes/speed/index.js') },
};

const LIGHT = { en: 'Light', zh: '浅色' };
const DARK = { en: 'Dark', zh: '深色' };

type SceneName = keyof typeof SCENES;
const NAMES = Object.keys(SCENES) as SceneName[];

/** The scene that the address names, and its component once it is there. */
const scene = signal<SceneName>('chapter');
const component = signal<ComponentType>();

async function open(): Promise<void> {
  const [name, params] = location.hash.slice(1).split('?');
  const lang = new URLSearchParams(params).get('lang');
  if (lang === 'en' || lang === 'zh') language.value = lang;
  const opened = NAMES.find((one) => one === name) ?? 'chapter';
  scene.value = opened;
  component.value = undefined;
  const { default: loaded } = await SCENES[opened].load();
  // In a task of its own: to evaluate the modules is one already.
  setTimeout(() => {
    if (scene.value === opened) component.value = loaded;
  });
}

function Page() {
  const other = language.value === 'en' ? 'zh' : 'en';
  const Scene = component.value;
  return (
    <>
      <header>
        <nav>
          {NAMES.map((name) => (
            <a
              key={name}
              href={`#${name}?lang=${language.value}`}
              aria-current={name === scene.value ? 'page' : undefined}
            >
              {SCENES[name].title[language.value]}
            </a>
          ))}
        </nav>
        <div>
          <button type="button" onClick={() => chooseDark(!isDark.value)}>
            {(isDark.value ? LIGHT : DARK)[language.value]}
          </button>
          <button
            type="button"
            lang={other}
            onClick={() => {
              language.value = other;
              writeAddress({ ...Object.fromEntries(readAddress()), lang: other });
            }}
          >
            {other === 'zh' ? '中文' : 'English'}
          </button>
        </div>
      </header>
      <main>{Scene && <Scene key={scene.value} />}</main>
    </>
  );
}

language.value = navigator.language.startsWith('zh') ? 'zh' : 'en';
effect(() => {
  document.documentElement.lang = language.value;
  document.title = `adamas · ${SCENES[scene.value].title[language.value]}`;
});
addEventListener('hashchange', open);
open();
render(<Page />, document.getElementById('app')!);

// Once the page stands, its files are kept for use offline.
if (import.meta.env.PROD) addEventListener('load', () => navigator.serviceWorker?.register('./offline.js'));
