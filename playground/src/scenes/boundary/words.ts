import type { Shape } from './state.js';

export interface Words {
  readonly title: string;
  readonly intro: string;
  readonly data: string;
  readonly shapes: Readonly<Record<Shape, string>>;
  readonly count: string;
  readonly noise: string;
  readonly seed: string;
  readonly paint: string;
  readonly paintClass: string;
  readonly classes: readonly string[];
  readonly paintHelp: string;
  readonly cursor: (x: string, y: string) => string;
  readonly undo: string;
  readonly clear: string;
  readonly network: string;
  readonly inputs: string;
  readonly outputs: (classes: number) => string;
  readonly layer: (i: number) => string;
  readonly units: (n: number) => string;
  readonly more: (i: number) => string;
  readonly less: (i: number) => string;
  readonly addLayer: string;
  readonly removeLayer: string;
  readonly activation: string;
  readonly training: string;
  readonly optimizer: string;
  readonly rate: string;
  readonly decay: string;
  readonly batch: string;
  readonly epochs: string;
  readonly pace: string;
  readonly paceText: (pace: number) => string;
  readonly stop: string;
  readonly go: string;
  readonly step: string;
  readonly again: string;
  readonly figures: (epoch: number, epochs: number) => string;
  readonly loss: string;
  readonly validation: string;
  readonly accuracy: string;
  readonly epoch: string;
  readonly status: Readonly<Record<'completed' | 'stopped' | 'aborted' | 'diverged' | 'nothing', string>>;
  readonly pictures: string;
  readonly picturesHelp: string;
  readonly weights: string;
  readonly gradients: string;
  readonly matrix: (name: string, rows: number, columns: number, norm: string) => string;
  readonly norm: (norm: string) => string;
  readonly boundary: (accuracy: string) => string;
  readonly curves: (loss: string, validation: string) => string;
  readonly held: (share: string) => string;
}

export const words: Readonly<Record<'en' | 'zh', Words>> = {
  en: {
    title: 'Boundary',
    intro:
      'A small network learns to tell points apart while you watch. The colour of a place is the class that the network would give it; the paler it is, the less sure the network is.',
    data: 'Points',
    shapes: { moons: 'Two moons', circles: 'Circles', spirals: 'Spirals', blobs: 'Blobs', painted: 'My own, painted' },
    count: 'Number of points',
    noise: 'Noise',
    seed: 'Seed',
    paint: 'Paint',
    paintClass: 'Class to paint',
    classes: ['Class 1', 'Class 2', 'Class 3'],
    paintHelp:
      'Click or draw on the picture. By keyboard: select the picture, move the cross by the arrow keys, set a point by Space or Enter, remove the nearest by Delete.',
    cursor: (x, y) => `Cross at x ${x}, y ${y}`,
    undo: 'Remove the last point',
    clear: 'Remove all points',
    network: 'Network',
    inputs: '2 inputs: x and y',
    outputs: (classes) => `${classes} outputs: one per class`,
    layer: (i) => `Hidden layer ${i}`,
    units: (n) => `${n} ${n === 1 ? 'unit' : 'units'}`,
    more: (i) => `One unit more in hidden layer ${i}`,
    less: (i) => `One unit less in hidden layer ${i}`,
    addLayer: 'Add a layer',
    removeLayer: 'Remove the last layer',
    activation: 'Activation',
    training: 'Training',
    optimizer: 'Optimizer',
    rate: 'Learning rate',
    decay: 'Weight decay',
    batch: 'Batch size',
    epochs: 'Epochs',
    pace: 'Speed',
    paceText: (pace) => (pace === 0 ? 'as fast as possible' : `${pace} ${pace === 1 ? 'epoch' : 'epochs'} per picture`),
    stop: 'Stop',
    go: 'Go on',
    step: 'One epoch',
    again: 'Start over',
    figures: (epoch, epochs) => `${epoch} of ${epochs}`,
    loss: 'Training loss',
    validation: 'Validation loss',
    accuracy: 'Accuracy',
    epoch: 'epoch',
    status: {
      completed: 'All epochs are done.',
      stopped: 'Stopped.',
      aborted: 'Stopped.',
      diverged: 'The training diverged: the loss became infinite. Try a lower learning rate.',
      nothing: 'There is nothing to tell apart yet: paint points of two classes at least.',
    },
    pictures: 'Weights and gradients',
    picturesHelp:
      'A row per unit, a column per input, the bias last. Blue is positive, orange negative, and the strongest colour is the largest value of its picture.',
    weights: 'Weights',
    gradients: 'Gradients of the last step',
    matrix: (name, rows, columns, norm) => `${name}: ${rows} by ${columns}, norm ${norm}`,
    norm: (norm) => `norm ${norm}`,
    boundary: (accuracy) =>
      `The points and the boundary that the network draws between their classes. Accuracy: ${accuracy}.`,
    curves: (loss, validation) => `Losses by epoch. Last training loss ${loss}, validation loss ${validation}.`,
    held: (share) => `${share} of the points (rings) are held out to validate on.`,
  },
  zh: {
    title: '决策边界',
    intro: '看一个小网络学着把点分开。某处的颜色，就是网络会给它的类别；颜色越浅，网络越没有把握。',
    data: '数据点',
    shapes: { moons: '双月', circles: '同心圆', spirals: '螺旋', blobs: '团簇', painted: '自己画的点' },
    count: '点的个数',
    noise: '噪声',
    seed: '随机种子',
    paint: '画点',
    paintClass: '要画的类别',
    classes: ['类别 1', '类别 2', '类别 3'],
    paintHelp:
      '在图上点击或拖动即可画点。用键盘：选中该图，用方向键移动十字，按空格或回车放一个点，按 Delete 删去最近的点。',
    cursor: (x, y) => `十字位于 x ${x}，y ${y}`,
    undo: '删去最后一个点',
    clear: '删去所有点',
    network: '网络',
    inputs: '2 个输入：x 和 y',
    outputs: (classes) => `${classes} 个输出：每类一个`,
    layer: (i) => `隐藏层 ${i}`,
    units: (n) => `${n} 个单元`,
    more: (i) => `隐藏层 ${i} 增加一个单元`,
    less: (i) => `隐藏层 ${i} 减少一个单元`,
    addLayer: '加一层',
    removeLayer: '去掉最后一层',
    activation: '激活函数',
    training: '训练',
    optimizer: '优化器',
    rate: '学习率',
    decay: '权重衰减',
    batch: '批量大小',
    epochs: '轮数',
    pace: '速度',
    paceText: (pace) => (pace === 0 ? '全速' : `每幅画面 ${pace} 轮`),
    stop: '停止',
    go: '继续',
    step: '走一轮',
    again: '重新开始',
    figures: (epoch, epochs) => `${epoch} / ${epochs}`,
    loss: '训练损失',
    validation: '验证损失',
    accuracy: '准确率',
    epoch: '轮',
    status: {
      completed: '所有轮次均已完成。',
      stopped: '已停止。',
      aborted: '已停止。',
      diverged: '训练发散了：损失变成了无穷大。请试试更小的学习率。',
      nothing: '还没有可分的东西：请至少画出两类点。',
    },
    pictures: '权重与梯度',
    picturesHelp: '每行一个单元，每列一个输入，最后一列是偏置。蓝色为正，橙色为负；颜色最深处是该图中绝对值最大的数。',
    weights: '权重',
    gradients: '最后一步的梯度',
    matrix: (name, rows, columns, norm) => `${name}：${rows} 行 ${columns} 列，范数 ${norm}`,
    norm: (norm) => `范数 ${norm}`,
    boundary: (accuracy) => `数据点，以及网络在各类之间画出的边界。准确率：${accuracy}。`,
    curves: (loss, validation) => `各轮的损失。最后的训练损失 ${loss}，验证损失 ${validation}。`,
    held: (share) => `${share} 的点（空心）留出来做验证。`,
  },
};
