export interface Words {
  readonly title: string;
  readonly intro: string;
  readonly measure: string;
  readonly measuring: string;
  readonly work: string;
  readonly plain: string;
  readonly times: string;
  readonly step: (size: number) => string;
  readonly epoch: string;
  readonly digest: string;
  readonly same: string;
  readonly other: string;
}

export const words: Readonly<Record<'en' | 'zh', Words>> = {
  en: {
    title: 'Speed',
    intro:
      'Measured on this machine, in a worker: a step of Adam by adamas and by plain JavaScript, an epoch of the chapter, and the digest that says whether training gives the bits here that it gives everywhere.',
    measure: 'Measure',
    measuring: 'Measuring…',
    work: 'Work',
    plain: 'plain JavaScript',
    times: 'as many times as fast',
    step: (size) => `A step of Adam, ${size.toLocaleString('en')} parameters`,
    epoch: 'An epoch of the chapter: 150 steps, 15 evaluations',
    digest: 'Digest',
    same: 'The bits of every machine.',
    other: 'Other bits than recorded.',
  },
  zh: {
    title: '速度',
    intro:
      '在本机的 worker 中测量：adamas 与普通 JavaScript 各做一步 Adam 的时间、本章一轮训练的时间，以及摘要校验：它表明此处训练的结果与其他机器逐位相同。',
    measure: '开始测量',
    measuring: '正在测量…',
    work: '任务',
    plain: '普通 JavaScript',
    times: '速度倍数',
    step: (size) => `一步 Adam，${size.toLocaleString('en')} 个参数`,
    epoch: '本章一轮：150 步，15 次评估',
    digest: '摘要',
    same: '与所有机器逐位相同。',
    other: '与记录的结果不同。',
  },
};
