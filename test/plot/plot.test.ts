// The pictures of adamas/plot: well-formed, the same each time, and true to their data.
import { Adam, dataset, fitSync, softmaxRegression } from 'adamas';
import {
  bars,
  confusionMatrix,
  decisionBoundary,
  lossCurve,
  type Point,
  predictedAgainstTrue,
  scatter,
} from 'adamas/plot';
import { describe, expect, it } from 'vitest';
import { numbersIn, parseXml, textsOf } from './xml.js';

const hostile = 'a <b> & "c" \u0000\ud800 ]]> 日本語';
const points: Point[] = [
  [0, 1],
  [1, 3],
  [2, 2],
];
const classifier = {
  inputs: 2,
  predictClass: (x: Float32Array) => Array.from({ length: x.length / 2 }, (_, i) => Number(x[2 * i]! > 1)),
};
const labelled = { features: { data: [0, 0, 2, 1, 0.5, 2] }, targets: { data: [0, 1, 1] } };

/** Every function on small data, with further options. */
const pictures = {
  lossCurve: (options = {}) => lossCurve({ losses: [1, 0.5, 0.25] }, options),
  scatter: (options = {}) => scatter(points, options),
  decisionBoundary: (options = {}) => decisionBoundary(classifier, labelled, options),
  confusionMatrix: (options = {}) =>
    confusionMatrix(
      {
        confusion: [
          [3, 1],
          [0, 6],
        ],
      },
      options,
    ),
  predictedAgainstTrue: (options = {}) => predictedAgainstTrue([1, 2, 4], [1, 2, 3], options),
  bars: (options = {}) => bars({ a: 1, b: 2 }, options),
};

describe.each(Object.entries(pictures))('%s', (name, picture) => {
  it('is well-formed, titled and described, and the same each time', () => {
    const svg = picture();
    expect(picture()).toBe(svg);
    const root = parseXml(svg);
    expect(root.attributes).toMatchObject({ xmlns: 'http://www.w3.org/2000/svg', role: 'img', width: '480' });
    expect(root.children.slice(0, 2).map((child) => child.name)).toEqual(['title', 'desc']);
    for (const text of textsOf(root, 'title', 'desc')) expect(text.length).toBeGreaterThan(3);
    expect(svg).toContain('@media(prefers-color-scheme:dark)');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('escapes texts', () => {
    const root = parseXml(picture({ title: hostile, description: hostile }));
    expect(textsOf(root, 'title', 'desc')).toEqual(new Array(2).fill('a <b> & "c" \ufffd\ufffd ]]> 日本語'));
  });

  it.each([240, 320, 480, 1200, 4000])('%i pixels wide, keeps its texts inside', (width) => {
    const root = parseXml(
      picture({ width, title: 'A title of many words that says at length what was run and with what' }),
    );
    expect(root.attributes.width).toBe(String(width));
    for (const { x, attributes } of numbersIn(root)) {
      if (attributes.transform !== undefined) continue;
      expect(x, JSON.stringify(attributes)).toBeGreaterThanOrEqual(0);
      expect(x, JSON.stringify(attributes)).toBeLessThanOrEqual(width);
    }
  });

  it('refuses wrong options by name', () => {
    expect(() => picture({ titel: 'x' })).toThrow(/^\w+: unknown option "titel".* did you mean 'title'\?/);
    expect(() => picture({ title: 5 })).toThrow(new TypeError(`${name}: title must be a string, got 5`));
    expect(() => picture({ width: 10 })).toThrow(
      new RangeError(`${name}: width must be a number of pixels from 240 to 4000, got 10`),
    );
  });
});

describe('lossCurve', () => {
  it('draws the whole curve from its first loss', () => {
    const path = parseXml(lossCurve({ losses: [1, 0.5, 0] })).find((node) => node.attributes.class === 'k0')!;
    // Ticks from 0 to 1: the first point in the upper left corner, the last in the lower right one.
    const [x0, y0, x1, y1, x2, y2] = path.attributes.d!.slice(1).split(' ').map(Number) as number[];
    expect([x0, y0]).toEqual([0, 0]);
    expect(x1).toBeCloseTo(x2! / 2, 0);
    expect(y1).toBeCloseTo(y2! / 2, 0);
    expect(y2).toBe(230);
  });

  it('places losses by epochs', () => {
    const history = [
      { epoch: 0, steps: 10 },
      { epoch: 1, steps: 20 },
    ];
    const ticks = (losses: number[]) => {
      const texts = textsOf(parseXml(lossCurve({ losses, history, steps: 20 }, { yRange: [10, 20] })), 'text');
      expect(texts).toContain('epoch');
      const xs = texts.map(Number).filter((x) => x < 10);
      return [xs[0], xs.at(-1)];
    };
    // One loss per epoch, at its end; or evaluations from before training on.
    expect(ticks([3, 2])).toEqual([1, 2]);
    expect(ticks([4, 3, 2])).toEqual([0, 2]);
    expect(ticks([5, 4, 3, 3, 2])).toEqual([0, 2]);
  });

  it('knows how far a fit had come that was ended within an epoch', () => {
    const at: number[] = [];
    const history = [{ epoch: 0, steps: 150, validationLoss: undefined }];
    // 15 evaluations per epoch of 150 steps, ended after 225 steps.
    const svg = lossCurve({ losses: Array.from({ length: 23 }, (_, i) => i), history, steps: 225, status: 'aborted' });
    const d = parseXml(svg).find((node) => node.attributes.class === 'k0')!.attributes.d!;
    for (const pair of d.slice(1).match(/\S+ \S+/g)!) at.push(Number(pair.split(' ')[0]));
    expect(textsOf(parseXml(svg), 'title')).toEqual(['Loss over 1 epoch (aborted)']);
    const ticks = parseXml(svg)
      .all('text')
      .filter((node) => /^\d\.\d$/.test(node.text) && Number(node.attributes.y) > 250);
    const [first, last] = [ticks[0]!, ticks.at(-1)!];
    const perEpoch =
      (Number(last.attributes.x) - Number(first.attributes.x)) / (Number(last.text) - Number(first.text));
    expect(at[15]! - at[0]!).toBeCloseTo(perEpoch, 0);
  });

  it('draws a real fit with its validation loss, and marks the best epoch', () => {
    const data = dataset([[0], [1], [2], [3]], [0, 0, 1, 1]);
    const model = softmaxRegression({ inputs: 1, classes: 2, init: 'zeros' });
    const optimizer = new Adam(model.parameters(), { lr: 0.1 });
    const options = {
      optimizer,
      epochs: 5,
      validation: data,
      earlyStopping: { monitor: 'validationLoss', patience: 5 },
    } as const;
    const texts = textsOf(parseXml(lossCurve(fitSync(model, data, options))), 'text');
    expect(texts).toEqual(
      expect.arrayContaining(['Loss over 5 epochs', 'training', 'validation', 'best', 'epoch', 'loss']),
    );
  });

  it('leaves gaps for what is not finite, and says how a fit ended', () => {
    const svg = lossCurve({ losses: [1, 2, Number.NaN, 3, Infinity, 5, 4], status: 'diverged', divergedAt: 7 });
    expect(
      parseXml(svg)
        .find((node) => node.attributes.class === 'k0')!
        .attributes.d!.match(/M/g),
    ).toHaveLength(3);
    expect(svg).toContain('<title>Loss (diverged at step 7)</title>');
    expect(parseXml(lossCurve({ losses: [Number.NaN] })).all('text').length).toBeGreaterThan(3);
  });

  it('draws a million losses in a small picture that keeps the highest', () => {
    const losses = Float32Array.from({ length: 1_000_000 }, (_, i) => (i === 500_000 ? 10 : Math.sin(i)));
    const svg = lossCurve({ losses }, { yRange: [-2, 10] });
    expect(svg.length).toBeLessThan(30_000);
    const ys = parseXml(svg)
      .find((node) => node.attributes.class === 'k0')!
      .attributes.d!.slice(1)
      .match(/(?<= )\S+(?= |$)/g)!;
    expect(Math.min(...ys.map(Number))).toBe(0);
  });

  it('names several results', () => {
    expect(lossCurve([{ losses: [1] }, { losses: [2] }])).toContain('<title>Loss of run 1, run 2</title>');
    expect(lossCurve({ Adam: { losses: [1] }, SGD: { losses: [2] } })).toContain('<title>Loss of Adam, SGD</title>');
  });

  it('refuses what is no result', () => {
    expect(() => lossCurve({})).toThrow(TypeError);
    expect(() => lossCurve(null as never)).toThrow('lossCurve: results must be an object that is not empty, got null');
    expect(() => lossCurve({ Adam: {} } as never)).toThrow('lossCurve: results.Adam.losses must hold some numbers');
    expect(() => lossCurve({ losses: ['1'] } as never)).toThrow('lossCurve: losses[0] must be a number, got "1"');
    expect(() => lossCurve({ losses: [1] }, { yScale: 'log', yRange: [0, 1] })).toThrow(RangeError);
    expect(() => lossCurve({ losses: [1] }, { yRange: [1, 1] })).toThrow(
      'lossCurve: yRange must be [min, max], got [1, 1]',
    );
  });
});

describe('the others', () => {
  it('scatter tells series apart by sign, and draws points that share a pixel once', () => {
    const root = parseXml(scatter({ a: [...points, ...points], b: points }, { lines: { fit: points } }));
    expect(root.find((node) => node.attributes.class === 'k0' && node.attributes.d!.includes('h0'))).toBeDefined();
    const dots = root.all('path').filter((node) => node.attributes['stroke-width'] === '7');
    expect(dots.at(-1)!.attributes.d!.match(/M/g)).toHaveLength(3);
    expect(textsOf(root, 'text')).toEqual(expect.arrayContaining(['a', 'b', 'fit']));
  });

  it('a title has three lines, also where its first word is too long for one', () => {
    const words = 'and a title of more words than stand on the second line, which go on the third';
    const bold = parseXml(scatter(points, { title: `${'x'.repeat(80)} ${words}` })).all('text');
    const lines = bold.filter(({ attributes }) => attributes['font-weight'] === '600').map(({ text }) => text);
    expect(lines).toHaveLength(3);
    expect(lines.slice(1).join(' ')).toBe(words);
  });

  it('decisionBoundary paints the class that the model predicts, and says how many are right', () => {
    const root = parseXml(decisionBoundary(classifier, labelled, { classes: ['left', 'right'] }));
    expect(textsOf(root, 'title')).toEqual(['Decision boundary: 3 samples of 2 classes, 66.67% predicted right']);
    expect(textsOf(root, 'text')).toEqual(expect.arrayContaining(['left', 'right']));
    const [left, right] = root.find((node) => node.name === 'g' && node.attributes.opacity === '.25')!.children;
    const starts = (node: typeof left) => new Set(node!.attributes.d!.match(/(?<=M)[\d.]+/g));
    // The border x = 1 is in the middle of an axis from 0 to 2.
    expect([...starts(left)]).toEqual(['0']);
    expect(starts(right).size).toBe(1);
    expect(() => decisionBoundary({ ...classifier, inputs: 3 }, labelled)).toThrow('model.inputs must be 2, got 3');
    expect(() => decisionBoundary(classifier, undefined as never)).toThrow('data.targets must hold some numbers');
    expect(() => decisionBoundary(classifier, { ...labelled, targets: { data: [0, 0.5, 1] } })).toThrow(RangeError);
    expect(() => decisionBoundary(classifier, labelled, { classes: ['one'] })).toThrow('be 2 names');
  });

  it('confusionMatrix shades by the share of the row', () => {
    const root = parseXml(
      confusionMatrix(
        {
          confusion: [
            [3, 1],
            [0, 6],
          ],
        },
        { classes: ['no', 'yes'] },
      ),
    );
    expect(
      root
        .all('rect')
        .slice(1)
        .map((node) => node.attributes['fill-opacity']),
    ).toEqual(['0.77', '0.3', '0.06', '1']);
    expect(textsOf(root, 'title')).toEqual(['Confusion matrix: 9 of 10 samples right (90%)']);
    expect(textsOf(root, 'desc')[0]).toContain('no predicted as no: 3, yes: 1.');
    expect(() => confusionMatrix({ loss: 1 } as never)).toThrow(TypeError);
    expect(() => confusionMatrix({ confusion: [[1, 2]] })).toThrow('must hold 1 numbers');
    expect(() => confusionMatrix({ confusion: [[-1]] })).toThrow(RangeError);
  });

  it('predictedAgainstTrue gives R² and the mean absolute error', () => {
    expect(predictedAgainstTrue([1, 2, 4], [1, 2, 3], { unit: 'dB' })).toContain(
      '<title>Predicted against true: R² 0.5, MAE 0.3333 dB, 3 samples</title>',
    );
    expect(() => predictedAgainstTrue([1], [1, 2])).toThrow('predictedAgainstTrue: predicted must hold 2 numbers');
    expect(() => predictedAgainstTrue([], [])).toThrow(RangeError);
  });

  it('bars are as long as their values', () => {
    const root = parseXml(bars({ a: 1, b: 4, c: undefined, d: -2 }));
    const [a, b, , d] = root
      .all('rect')
      .slice(1)
      .map((node) => Number(node.attributes.width)) as number[];
    expect(b! / a!).toBeCloseTo(4, 1);
    expect(d! / a!).toBeCloseTo(2, 1);
    expect(textsOf(root, 'text')).toEqual(expect.arrayContaining(['1', '4', 'not measured', '−2']));
    const groups = parseXml(
      bars({ 'batch 32': { ours: 1, theirs: 2 }, 'batch 128': { theirs: 3 } }, { label: 'time [s]' }),
    );
    expect(textsOf(groups, 'desc')).toEqual([
      'Bar chart of time [s]. batch 32:  ours: 1. theirs: 2. batch 128:  theirs: 3.',
    ]);
    const long = 'a name that takes a row of its own, above its bar';
    expect(textsOf(parseXml(bars({ [long]: 1 })), 'desc')).toEqual([`Bar chart of value. ${long}: 1.`]);
    for (const options of [{}, { height: 600 }]) {
      const two = parseXml(bars({ a: 1, b: 2 }, options));
      const baseOf = (text: string) => two.all('text').find((node) => node.text === text)!.attributes.y!;
      // Names are placed in the picture, figures in the box between the axes.
      expect(Number(baseOf('b')) - Number(baseOf('a'))).toBe(Number(baseOf('2')) - Number(baseOf('1')));
    }
    const twenty = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`feature ${i}`, i]));
    expect(textsOf(parseXml(bars(twenty)), 'text')).toEqual(expect.arrayContaining(Object.keys(twenty)));
    expect(() => bars({})).toThrow(TypeError);
    expect(() => bars({ a: Number.NaN })).toThrow('bars: a must be a finite number, got NaN');
  });
});
