import type { LandscapeName } from './functions.js';

export interface Words {
  readonly title: string;
  readonly intro: string;
  readonly landscape: string;
  readonly names: Readonly<Record<LandscapeName, string>>;
  readonly about: Readonly<Record<LandscapeName, string>>;
  readonly start: string;
  readonly startX: string;
  readonly startY: string;
  readonly drag: string;
  readonly steps: string;
  readonly time: string;
  readonly step: (t: number, steps: number) => string;
  readonly play: string;
  readonly pause: string;
  readonly reset: string;
  readonly optimizers: string;
  readonly optimizer: string;
  readonly rate: string;
  readonly rateOf: (name: string) => string;
  readonly place: string;
  readonly value: string;
  readonly converged: (steps: number) => string;
  readonly diverged: (steps: number) => string;
  readonly picture: (landscape: string, x: number, y: number) => string;
  readonly minimum: string;
  readonly none: string;
}

export const words: Readonly<Record<'en' | 'zh', Words>> = {
  en: {
    title: 'Landscapes',
    intro:
      'Each optimizer starts at the same point and sees nothing but the gradient there. Watch which way it takes down: adamas makes the steps, with the bits that PyTorch would give.',
    landscape: 'Function',
    names: {
      rosenbrock: 'Rosenbrock',
      beale: 'Beale',
      himmelblau: 'Himmelblau',
      saddle: 'Saddle',
      ravine: 'Ravine',
    },
    about: {
      rosenbrock: 'A bent valley with steep walls. Reaching its floor is easy; following it to the minimum is not.',
      beale: 'Nearly flat at the foot of steep walls: a learning rate that is safe on the walls crawls on the plain.',
      himmelblau: 'Four minima of the same depth. A small change of the start can lead to another one.',
      saddle: 'At the saddle the gradient is zero, but it is no minimum. Who leaves it first?',
      ravine:
        'Twenty times steeper across than along. Plain SGD swings from wall to wall; momentum cancels the swings.',
    },
    start: 'Start',
    startX: 'x',
    startY: 'y',
    drag: 'Drag the ring on the map, or select the map and press the arrow keys (with Shift for longer moves).',
    steps: 'Steps',
    time: 'Time:',
    step: (t, steps) => `step ${t} of ${steps}`,
    play: 'Play',
    pause: 'Pause',
    reset: 'Start and learning rates as at first',
    optimizers: 'Optimizers',
    optimizer: 'Optimizer',
    rate: 'Learning rate',
    rateOf: (name) => `Learning rate of ${name}`,
    place: 'Place (x, y)',
    value: 'f(x, y)',
    converged: (steps) => `ended after ${steps} steps`,
    diverged: (steps) => `diverged at step ${steps}`,
    picture: (landscape, x, y) =>
      `Contours of the ${landscape} function with the paths of the optimizers. Start: x ${x}, y ${y}. The arrow keys move it.`,
    minimum: 'A cross marks a minimum.',
    none: 'Tick at least one optimizer to see its path.',
  },
  zh: {
    title: '函数地形',
    intro:
      '所有优化器都从同一点出发，只看得到脚下的梯度。看看它们各走哪条路下山：每一步都由 adamas 计算，与 PyTorch 逐位一致。',
    landscape: '函数',
    names: {
      rosenbrock: 'Rosenbrock 函数',
      beale: 'Beale 函数',
      himmelblau: 'Himmelblau 函数',
      saddle: '鞍点',
      ravine: '峡谷',
    },
    about: {
      rosenbrock: '两壁陡峭的弯曲山谷。走到谷底不难，难的是沿着谷底走到最小值。',
      beale: '陡壁之下是一片近乎平坦的原野：在陡壁上安全的学习率，到了平地就寸步难行。',
      himmelblau: '四个一样深的最小值。起点稍微一动，就可能走向另一个。',
      saddle: '鞍点处梯度为零，却不是最小值。谁最先离开它？',
      ravine: '横向比纵向陡二十倍。普通 SGD 在两壁之间来回摆动，动量则把摆动相互抵消。',
    },
    start: '起点',
    startX: 'x',
    startY: 'y',
    drag: '拖动图中的圆环；或选中该图后按方向键移动（按住 Shift 移动得更远）。',
    steps: '步数',
    time: '时间：',
    step: (t, steps) => `第 ${t} 步，共 ${steps} 步`,
    play: '播放',
    pause: '暂停',
    reset: '恢复默认的起点和学习率',
    optimizers: '优化器',
    optimizer: '优化器',
    rate: '学习率',
    rateOf: (name) => `${name} 的学习率`,
    place: '位置 (x, y)',
    value: 'f(x, y)',
    converged: (steps) => `${steps} 步后结束`,
    diverged: (steps) => `第 ${steps} 步发散`,
    picture: (landscape, x, y) => `${landscape}的等高线图与各优化器的路径。起点：x ${x}，y ${y}。可用方向键移动。`,
    minimum: '十字标记最小值所在。',
    none: '请至少选一个优化器，才能看到路径。',
  },
};
