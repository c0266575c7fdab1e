import type { NumberName } from './state.js';

export interface Words {
  readonly title: string;
  readonly intro: string;
  readonly numbers: Readonly<Record<NumberName, string>>;
  readonly optimizers: string;
  readonly adamAlone: string;
  readonly run: string;
  readonly stop: string;
  readonly goOn: string;
  readonly reset: string;
  readonly picture: (names: string) => string;
  readonly epoch: string;
  readonly loss: string;
  readonly optimizer: string;
  readonly diverged: string;
  readonly steps: string;
  readonly stepsIntro: string;
  readonly step: string;
  readonly stepOf: (step: number, steps: number) => string;
  readonly back: string;
  readonly next: string;
  readonly equation: string;
  readonly bias: string;
  readonly traced: (steps: number) => string;
  readonly data: string;
  readonly dataIntro: string;
  readonly features: readonly string[];
  readonly previous: string;
  readonly following: string;
  readonly row: string;
  readonly histogram: (column: string) => string;
  readonly rows: (first: number, last: number) => string;
  readonly sortBy: (column: string) => string;
  readonly exercises: string;
  readonly exercise1: string;
  readonly exercise1Text: string;
  readonly exercise2: string;
  readonly exercise2Text: string;
  readonly tryRate: (rate: number) => string;
  readonly withoutMomentum: string;
  readonly constantDenominator: string;
}

export const words: Readonly<Record<'en' | 'zh', Words>> = {
  en: {
    title: 'Adam',
    intro:
      'The chapter “Adam” of Dive into Deep Learning, live: linear regression on NASA’s measurements of airfoil noise, trained in this page with the numbers that Node gives, to the bit.',
    numbers: {
      lr: 'Learning rate η',
      beta1: 'β₁',
      beta2: 'β₂',
      eps: 'ε',
      batchSize: 'Batch size',
      epochs: 'Epochs',
      seed: 'Seed of the shuffle',
    },
    optimizers: 'Optimizers on the plot',
    adamAlone: 'η, β₁, β₂ and ε are those of Adam. The other optimizers have the values of their own chapters.',
    run: 'Train again',
    stop: 'Stop',
    goOn: 'Go on',
    reset: 'The chapter’s values',
    picture: (names) => `Loss over all rows by epoch: ${names}`,
    epoch: 'epoch',
    loss: 'Last loss',
    optimizer: 'Optimizer',
    diverged: 'diverged',
    steps: 'The equations, step by step',
    stepsIntro: 'Each equation of Adam with its values in step t, for the five weights and the bias.',
    step: 'Step t:',
    stepOf: (step, steps) => `${step} of ${steps}`,
    back: 'Back',
    next: 'Next',
    equation: 'Equation',
    bias: 'bias',
    traced: (steps) => `The first ${steps} steps are shown.`,
    data: 'The table',
    dataIntro: 'The first 1500 rows of the airfoil table. Every column is scaled to mean 0 and variance 1.',
    features: ['frequency', 'angle of attack', 'chord length', 'velocity', 'thickness', 'sound pressure'],
    previous: 'Previous rows',
    following: 'Next rows',
    row: 'Row',
    histogram: (column) => `Histogram of ${column}`,
    rows: (first, last) => `Rows ${first} to ${last} of 1500`,
    sortBy: (column) => `Sort by ${column}`,
    exercises: 'The exercises',
    exercise1: '1. Change the learning rate',
    exercise1Text:
      'Watch the curve above. With a small rate it falls slowly and is smooth; with a large one it falls at once, then jumps up and down above the minimum.',
    exercise2: '2. Momentum and RMSProp in one',
    exercise2Text:
      'With β₁ = 0 the average of gradients is the gradient itself, and RMSProp with a bias correction is left. The correction makes the first steps smaller; from the second epoch on the two curves are one. With a large ε the denominator is nearly constant, and momentum is left, at the rate η(1 − β₁)/ε, here 0.02. The bias correction makes the first steps larger; then these two curves are one as well.',
    tryRate: (rate) => `η = ${rate}`,
    withoutMomentum: 'β₁ = 0, β₂ = 0.9: RMSProp',
    constantDenominator: 'ε = 100, η = 4, β₁ = 0.5: momentum',
  },
  zh: {
    title: 'Adam',
    intro:
      '《动手学深度学习》“Adam 算法”一章的实时演示：在 NASA 机翼噪声数据上做线性回归，训练就在本页进行，数值与 Node 中逐位相同。',
    numbers: {
      lr: '学习率 η',
      beta1: 'β₁',
      beta2: 'β₂',
      eps: 'ε',
      batchSize: '批量大小',
      epochs: '轮数',
      seed: '打乱顺序的种子',
    },
    optimizers: '图中的优化器',
    adamAlone: 'η、β₁、β₂ 和 ε 只用于 Adam，其他优化器使用各自章节中的取值。',
    run: '重新训练',
    stop: '停止',
    goOn: '继续',
    reset: '恢复本章取值',
    picture: (names) => `全部样本上的损失随轮数的变化：${names}`,
    epoch: '轮数',
    loss: '最终损失',
    optimizer: '优化器',
    diverged: '发散',
    steps: '公式与逐步取值',
    stepsIntro: 'Adam 的每个公式及其在第 t 步的取值：五个权重和一个偏置。',
    step: '第 t 步：',
    stepOf: (step, steps) => `${step} / ${steps}`,
    back: '上一步',
    next: '下一步',
    equation: '公式',
    bias: '偏置',
    traced: (steps) => `只显示前 ${steps} 步。`,
    data: '数据表',
    dataIntro: '机翼数据表的前 1500 行，每一列都已缩放为均值 0、方差 1。',
    features: ['频率', '攻角', '弦长', '风速', '厚度', '声压'],
    previous: '前几行',
    following: '后几行',
    row: '行',
    histogram: (column) => `${column}的直方图`,
    rows: (first, last) => `第 ${first} 至 ${last} 行，共 1500 行`,
    sortBy: (column) => `按${column}排序`,
    exercises: '练习',
    exercise1: '1. 调整学习率',
    exercise1Text: '观察上方的曲线：学习率小时下降缓慢而平滑；学习率大时立即下降，随后在最小值上方跳动。',
    exercise2: '2. 动量法与 RMSProp 的结合',
    exercise2Text:
      '令 β₁ = 0，梯度的平均值就是梯度本身，剩下带偏差修正的 RMSProp。偏差修正使最初几步较小，从第二轮起两条曲线重合。令 ε 很大，分母几乎不变，剩下学习率为 η(1 − β₁)/ε（这里是 0.02）的动量法。偏差修正使最初几步较大，随后这两条曲线也重合。',
    tryRate: (rate) => `η = ${rate}`,
    withoutMomentum: 'β₁ = 0，β₂ = 0.9：RMSProp',
    constantDenominator: 'ε = 100，η = 4，β₁ = 0.5：动量法',
  },
};
