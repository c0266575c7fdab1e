import { SECONDS } from './runApart.js';

export interface Words {
  readonly title: string;
  readonly intro: string;
  readonly apart: string;
  readonly text: string;
  readonly run: string;
  readonly reset: string;
  readonly running: string;
  readonly slow: string;
  readonly absent: string;
  readonly odd: string;
  readonly line: (line: number) => string;
  readonly picture: string;
  readonly yours: string;
  readonly differences: (losses: string, weights: string) => string;
}

export const words: Readonly<Record<'en' | 'zh', Words>> = {
  en: {
    title: 'From scratch',
    intro:
      'The chapter’s two functions, in JavaScript. Change them and run them: they train the same model from the same weights on the same batches, with η, β₁, β₂ and ε from the sliders, and adamas does so beside them. Each of the two parameters, the weights and the bias, has its numbers in data and their gradient in grad.',
    apart: `Your text runs in a worker in a document of its own, which reaches neither this page nor the network, and is ended after ${SECONDS} seconds. It stays in this tab.`,
    text: 'init_adam_states and adam, in JavaScript',
    run: 'Run it against adamas',
    reset: 'The chapter’s functions',
    running: 'Running …',
    slow: `Ended after ${SECONDS} seconds. Is there a loop without an end, or are there too many epochs?`,
    absent: 'The document in which your text runs could not be loaded. Is this page offline?',
    odd: 'The worker posted something else than its losses and weights.',
    line: (line) => `Line ${line}: `,
    picture: 'Loss over all rows by epoch: adamas and your text',
    yours: 'your text',
    differences: (losses, weights) => `Largest difference: ${losses} among the losses, ${weights} among the weights.`,
  },
  zh: {
    title: '从零开始实现',
    intro:
      '本章的两个函数，用 JavaScript 写成。修改后运行：它们从相同的初始权重出发，用相同的小批量训练同一个模型，η、β₁、β₂ 和 ε 取自上方的滑块，并与 adamas 的结果对照。参数有两个，即权重和偏置，数值在 data 中，梯度在 grad 中。',
    apart: `代码在独立文档的 worker 中运行，既接触不到本页，也无法访问网络，满 ${SECONDS} 秒即被终止。代码只保留在当前标签页中。`,
    text: 'init_adam_states 与 adam（JavaScript）',
    run: '运行并与 adamas 比较',
    reset: '恢复本章的函数',
    running: '正在运行……',
    slow: `已在 ${SECONDS} 秒后终止。是否有无法结束的循环，或者轮数太多？`,
    absent: '无法加载用于运行代码的文档。本页是否处于离线状态？',
    odd: 'worker 返回的不是损失和权重。',
    line: (line) => `第 ${line} 行：`,
    picture: '全部样本上的损失随轮数的变化：adamas 与你的代码',
    yours: '你的代码',
    differences: (losses, weights) => `最大差异：损失 ${losses}，权重 ${weights}。`,
  },
};
