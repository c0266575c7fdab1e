import type { ColumnKind } from 'adamas/datasets';
import type { Example, TrainingFields } from './state.js';

export interface Words {
  readonly title: string;
  readonly intro: string;
  readonly privacy: string;
  readonly drop: string;
  readonly choose: string;
  readonly pasteLabel: string;
  readonly pasteButton: string;
  readonly examples: string;
  readonly exampleNames: Readonly<Record<Example, string>>;
  readonly saved: string;
  readonly open: (name: string) => string;
  readonly forget: (name: string) => string;
  readonly reading: (rows: string, megabytes: string) => string;
  readonly cancel: string;
  readonly inside: (file: string, rows: string, columns: number) => string;
  readonly columns: string;
  readonly column: string;
  readonly found: string;
  readonly first: string;
  readonly missing: string;
  readonly readAs: string;
  readonly readColumnAs: (name: string) => string;
  readonly kinds: Readonly<Record<ColumnKind, string>>;
  readonly inferred: Readonly<Record<'number' | 'category' | 'date' | 'mixed' | 'empty', string>>;
  readonly automatic: string;
  readonly problems: string;
  readonly noProblems: string;
  readonly problemsHelp: string;
  readonly line: (line: number) => string;
  readonly fixAll: string;
  readonly fix: (text: string) => string;
  readonly noFix: string;
  readonly notes: string;
  readonly target: string;
  readonly chooseTarget: string;
  readonly training: string;
  readonly trainingHelp: string;
  readonly fields: Readonly<Record<keyof TrainingFields, string>>;
  readonly models: Readonly<Record<'mlp' | 'linear', string>>;
  readonly usual: string;
  readonly train: string;
  readonly trainAgain: string;
  readonly notReady: string;
  readonly stop: string;
  readonly go: string;
  readonly discard: string;
  readonly progress: (epoch: number, epochs: number, rate: string) => string;
  readonly stopped: string;
  readonly loss: string;
  readonly validation: string;
  readonly epoch: string;
  readonly curves: (loss: string, validation: string) => string;
  readonly held: string;
  readonly heldNone: string;
  readonly r2: string;
  readonly mae: string;
  readonly accuracy: string;
  readonly rows: string;
  readonly epochs: string;
  readonly pointsShown: (shown: number) => string;
  readonly importance: string;
  readonly importanceHelp: (score: string, rows: number) => string;
  readonly fall: string;
  readonly predict: string;
  readonly predictHelp: string;
  readonly predictButton: string;
  readonly prediction: (target: string, value: string) => string;
  readonly keep: string;
  readonly saveName: string;
  readonly save: string;
  readonly savedAs: (name: string) => string;
  readonly downloads: Readonly<Record<'safetensors' | 'onnx' | 'js' | 'data', string>>;
  readonly same: string;
  readonly sameHelp: (file: string) => string;
  readonly code: string;
  readonly command: string;
  readonly copy: string;
  readonly copied: string;
}

export const words: Readonly<Record<'en' | 'zh', Words>> = {
  en: {
    title: 'Your table',
    intro:
      'Give it a CSV file: it finds out what is in the columns, trains a model in a worker of this page, and hands you the model.',
    privacy:
      'Nothing leaves this machine: the page reads the file itself, and its security policy forbids it every other connection.',
    drop: 'Drop a CSV file here, or',
    choose: 'Choose a file',
    pasteLabel: 'Or paste the text of a table, with the names of its columns in the first line',
    pasteButton: 'Use this text',
    examples: 'Or take an example:',
    exampleNames: { iris: 'Iris: 150 flowers, 3 species', cars: 'Used cars: 240 prices, with gaps' },
    saved: 'Models saved in this browser',
    open: (name) => `Open ${name}`,
    forget: (name) => `Take ${name} off the list`,
    reading: (rows, megabytes) => `Reading: ${rows} rows, ${megabytes} MB`,
    cancel: 'Cancel',
    inside: (file, rows, columns) => `${file}: ${rows} rows, ${columns} columns`,
    columns: 'Columns',
    column: 'Column',
    found: 'Found',
    first: 'First values',
    missing: 'Missing',
    readAs: 'Read as',
    readColumnAs: (name) => `Read ${name} as`,
    kinds: { number: 'number', category: 'category', date: 'date', ignore: 'leave out' },
    inferred: { number: 'numbers', category: 'texts', date: 'dates', mixed: 'mixed', empty: 'nothing' },
    automatic: 'as found',
    problems: 'Problems',
    noProblems: 'No problem keeps the table from being read.',
    problemsHelp:
      'Nothing is guessed. Switch a fix on to add its option; the option also goes into the code and the command line below.',
    line: (line) => `line ${line}`,
    fixAll: 'Switch all fixes on',
    fix: (text) => `Fix: ${text}`,
    noFix: 'No option fixes this: change the file, or leave the column out.',
    notes: 'Worth a look',
    target: 'Column to predict',
    chooseTarget: 'choose a column',
    training: 'Training',
    trainingHelp: 'An empty field leaves the default of the package.',
    fields: {
      model: 'Model',
      hidden: 'Hidden layers',
      activation: 'Activation',
      optimizer: 'Optimizer',
      lr: 'Learning rate',
      schedule: 'Schedule',
      epochs: 'Epochs, at most',
      batchSize: 'Batch size',
      dropout: 'Dropout',
      weightDecay: 'Weight decay',
      holdOut: 'Share held out',
      seed: 'Seed',
    },
    models: { mlp: 'network', linear: 'linear' },
    usual: 'default',
    train: 'Train',
    trainAgain: 'Train again',
    notReady: 'Before training: choose the column to predict, and settle the problems.',
    stop: 'Stop',
    go: 'Go on',
    discard: 'Discard',
    progress: (epoch, epochs, rate) => `Epoch ${epoch} of at most ${epochs}, ${rate} rows a second`,
    stopped: 'Stopped. Training continues from exactly here: stopping changes no bit of the model.',
    loss: 'Training loss',
    validation: 'Validation loss',
    epoch: 'epoch',
    curves: (loss, validation) => `Losses by epoch. Last training loss ${loss}, validation loss ${validation}.`,
    held: 'On rows that it has not seen',
    heldNone: 'No rows were held out, so there are no scores.',
    r2: 'R²',
    mae: 'Mean absolute error',
    accuracy: 'Accuracy',
    rows: 'Rows held out',
    epochs: 'Epochs run',
    pointsShown: (shown) => `${shown} of the held-out rows are drawn.`,
    importance: 'Importance of the columns',
    importanceHelp: (score, rows) =>
      `The fall of ${score} when one column is shuffled among ${rows} held-out rows, so that it tells nothing any more: mean and deviation of 5 shuffles.`,
    fall: 'Fall',
    predict: 'Predict a row',
    predictHelp: 'The fields begin with the mean or the most frequent value.',
    predictButton: 'Predict',
    prediction: (target, value) => `${target}: ${value}`,
    keep: 'Keep the model',
    saveName: 'Name',
    save: 'Save in this browser',
    savedAs: (name) => `Saved in this browser as ${name}.`,
    downloads: {
      safetensors: 'Download safetensors',
      onnx: 'Download ONNX',
      js: 'Download JavaScript',
      data: 'Download the data file',
    },
    same: 'The same model elsewhere',
    sameHelp: (file) =>
      `In a folder with ${file}, in Node, this program and this command line each write a model.safetensors with the bytes of the download above.`,
    code: 'Code',
    command: 'Command line',
    copy: 'Copy',
    copied: 'Copied',
  },
  zh: {
    title: '你的表格',
    intro: '交给它一个 CSV 文件：它会弄清各列是什么，在本页的后台线程中训练模型，再把模型交给你。',
    privacy: '任何数据都不会离开这台机器：文件由页面自己读取，页面的安全策略禁止一切其他连接。',
    drop: '把 CSV 文件拖到这里，或者',
    choose: '选择文件',
    pasteLabel: '也可以粘贴表格文本，第一行是各列的名称',
    pasteButton: '使用这段文本',
    examples: '或者用一个示例：',
    exampleNames: { iris: '鸢尾花：150 朵，3 个品种', cars: '二手车：240 个价格，有缺失值' },
    saved: '保存在此浏览器中的模型',
    open: (name) => `打开 ${name}`,
    forget: (name) => `把 ${name} 从列表中移除`,
    reading: (rows, megabytes) => `正在读取：${rows} 行，${megabytes} MB`,
    cancel: '取消',
    inside: (file, rows, columns) => `${file}：${rows} 行，${columns} 列`,
    columns: '列',
    column: '列名',
    found: '内容',
    first: '前几个值',
    missing: '缺失',
    readAs: '读作',
    readColumnAs: (name) => `把 ${name} 读作`,
    kinds: { number: '数值', category: '类别', date: '日期', ignore: '不使用' },
    inferred: { number: '数值', category: '文本', date: '日期', mixed: '混合', empty: '空' },
    automatic: '按内容判断',
    problems: '问题',
    noProblems: '没有妨碍读取的问题。',
    problemsHelp: '一切都不靠猜。打开某个修正，就会加上相应的选项；这些选项也会写进下面的代码和命令行。',
    line: (line) => `第 ${line} 行`,
    fixAll: '打开所有修正',
    fix: (text) => `修正：${text}`,
    noFix: '没有选项能修正它：请修改文件，或不使用这一列。',
    notes: '值得留意',
    target: '要预测的列',
    chooseTarget: '请选择一列',
    training: '训练',
    trainingHelp: '留空则使用默认值。',
    fields: {
      model: '模型',
      hidden: '隐藏层',
      activation: '激活函数',
      optimizer: '优化器',
      lr: '学习率',
      schedule: '学习率调度',
      epochs: '最多轮数',
      batchSize: '批量大小',
      dropout: '丢弃率',
      weightDecay: '权重衰减',
      holdOut: '留出比例',
      seed: '随机种子',
    },
    models: { mlp: '神经网络', linear: '线性模型' },
    usual: '默认',
    train: '训练',
    trainAgain: '重新训练',
    notReady: '训练之前，请先选择要预测的列，并解决上面的问题。',
    stop: '停止',
    go: '继续',
    discard: '放弃',
    progress: (epoch, epochs, rate) => `第 ${epoch} 轮，最多 ${epochs} 轮，每秒 ${rate} 行`,
    stopped: '已停止。继续时就从这里接着训练：停下来不会改变模型的任何一位。',
    loss: '训练损失',
    validation: '验证损失',
    epoch: '轮',
    curves: (loss, validation) => `各轮的损失。最后的训练损失 ${loss}，验证损失 ${validation}。`,
    held: '在模型没有见过的行上',
    heldNone: '没有留出任何行，因此没有评分。',
    r2: 'R²',
    mae: '平均绝对误差',
    accuracy: '准确率',
    rows: '留出的行数',
    epochs: '训练轮数',
    pointsShown: (shown) => `图中画出了 ${shown} 个留出的行。`,
    importance: '各列的重要性',
    importanceHelp: (score, rows) =>
      `把一列的值在 ${rows} 个留出的行之间打乱，使它不再提供信息，看 ${score} 下降多少：5 次打乱的平均值与标准差。`,
    fall: '下降',
    predict: '预测一行',
    predictHelp: '各项的初始值是平均值或最常见的值。',
    predictButton: '预测',
    prediction: (target, value) => `${target}：${value}`,
    keep: '保存模型',
    saveName: '名称',
    save: '保存在此浏览器中',
    savedAs: (name) => `已在此浏览器中保存为 ${name}。`,
    downloads: { safetensors: '下载 safetensors', onnx: '下载 ONNX', js: '下载 JavaScript', data: '下载数据文件' },
    same: '在别处得到同一个模型',
    sameHelp: (file) =>
      `在含有 ${file} 的文件夹中，用 Node 运行这个程序或这条命令，都会写出 model.safetensors，与上面下载的文件逐字节相同。`,
    code: '代码',
    command: '命令行',
    copy: '复制',
    copied: '已复制',
  },
};
