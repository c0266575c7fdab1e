import { grouped } from '../../ui/grouped.js';
import type { Work } from './works.js';

export interface Words {
  readonly title: string;
  readonly intro: string;
  readonly measure: string;
  readonly measureTfjs: string;
  readonly tfjsNote: string;
  readonly measuring: string;
  readonly work: string;
  readonly plain: string;
  readonly differs: string;
  readonly ratioNote: string;
  readonly nameOf: (work: Work) => string;
  readonly digest: string;
  readonly same: string;
  readonly other: string;
}

export const words: Readonly<Record<'en' | 'zh', Words>> = {
  en: {
    title: 'Speed',
    intro:
      'Measured on this machine, in a worker. All sides take turns on the same numbers, and a time counts only if the results are those of adamas. The digest shows whether training gives the same bits here as everywhere.',
    measure: 'Measure',
    measureTfjs: 'Measure with TensorFlow.js too',
    tfjsNote:
      'TensorFlow.js comes from this page’s own files, once you ask for it; the faster of its backends is shown.',
    measuring: 'Measuring…',
    work: 'Work',
    plain: 'plain JavaScript',
    differs: 'computes other numbers',
    ratioNote: 'In brackets: how many times as long as adamas. Below 1 it is faster than adamas.',
    nameOf: (work) =>
      work.kind === 'epoch'
        ? 'An epoch of the chapter: 150 steps, 15 evaluations'
        : work.kind === 'predict'
          ? 'A prediction for one row, by the chapter’s model'
          : `A step of Adam, ${grouped(work.size)} parameters${work.kind === 'copied' ? ', in an array of the caller’s' : ''}`,
    digest: 'Digest',
    same: 'The same bits as on every machine.',
    other: 'The bits differ from the recorded ones.',
  },
  zh: {
    title: '速度',
    intro:
      '在本机的 worker 中测量。各方轮流计算同样的数据，结果与 adamas 一致时用时才作数。摘要校验表明此处训练的结果与其他机器是否逐位相同。',
    measure: '开始测量',
    measureTfjs: '连同 TensorFlow.js 一起测量',
    tfjsNote: 'TensorFlow.js 只在你要求时才从本页自己的文件加载；表中为其较快的后端。',
    measuring: '正在测量…',
    work: '任务',
    plain: '普通 JavaScript',
    differs: '计算结果不同',
    ratioNote: '括号内为用时与 adamas 之比。小于 1 表示比 adamas 快。',
    nameOf: (work) =>
      work.kind === 'epoch'
        ? '本章一轮：150 步，15 次评估'
        : work.kind === 'predict'
          ? '用本章的模型预测一行'
          : `一步 Adam，${grouped(work.size)} 个参数${work.kind === 'copied' ? '，位于调用者的数组中' : ''}`,
    digest: '摘要',
    same: '与所有机器逐位相同。',
    other: '与记录的结果不同。',
  },
};
