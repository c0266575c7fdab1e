// `adamas train --model linear` against Python with pandas and scikit-learn's Ridge: 100,000 rows of 20 features, from the start of the process to the
// written model, in turn. `node bench/command.mjs [--runs n] [--write]` after `npm run build`; needs Debian's python3-pandas and python3-sklearn.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '9' }, write: { type: 'boolean' } } });
const [ROWS, FEATURES] = [100_000, 20];
const root = fileURLToPath(new URL('..', import.meta.url));

/** The same job: read, hold out a fifth, scale, fit, score, write. */
const PYTHON = `
import pickle
import pandas
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
table = pandas.read_csv('data.csv')
x, y = table.drop(columns='y'), table['y']
train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=0.2, random_state=0)
model = make_pipeline(StandardScaler(), Ridge()).fit(train_x, train_y)
predicted = model.predict(test_x)
print('R2', round(r2_score(test_y, predicted), 4), 'MAE', mean_absolute_error(test_y, predicted))
pickle.dump(model, open('model.pickle', 'wb'))
`;

/** Normal numbers by a seed: SplitMix32 and Box-Muller. */
function* normals(state) {
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
  for (;;) yield Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

function writeTable(path) {
  const draws = normals(1);
  const draw = () => draws.next().value;
  const weights = Array.from({ length: FEATURES }, draw);
  const lines = [`${weights.map((_, i) => `x${i}`).join(',')},y`];
  for (let i = 0; i < ROWS; i++) {
    const x = weights.map(draw);
    const y = x.reduce((sum, value, j) => sum + value * weights[j], draw() / 10);
    lines.push([...x, y].map((value) => value.toFixed(6)).join(','));
  }
  writeFileSync(path, `${lines.join('\n')}\n`);
}

const at = mkdtempSync(join(tmpdir(), 'adamas-bench-'));
try {
  writeTable(join(at, 'data.csv'));
  writeFileSync(join(at, 'ridge.py'), PYTHON);
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const sides = {
    adamas: [process.execPath, [join(root, 'dist/cli.js'), 'train', 'data.csv', '--target', 'y', '--model', 'linear']],
    Python: ['/usr/bin/python3', ['ridge.py']],
  };
  const seconds = { adamas: [], Python: [] };
  const said = {};
  for (let run = 0; run <= Number(values.runs); run++) {
    for (const [name, [program, args]] of Object.entries(sides)) {
      const start = performance.now();
      const { status, stdout, stderr } = spawnSync(program, args, { cwd: at, env, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
      // The first fills the caches of the disk.
      if (run > 0) seconds[name].push((performance.now() - start) / 1000);
      said[name] = stdout.trim();
    }
  }
  const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
  const versions = execFileSync(
    '/usr/bin/python3',
    [
      '-c',
      'import sys, pandas, sklearn; print(f"Python {sys.version.split()[0]}, pandas {pandas.__version__}, scikit-learn {sklearn.__version__}")',
    ],
    { encoding: 'utf8' },
  ).trim();
  const [ours, theirs] = [median(seconds.adamas), median(seconds.Python)];
  const text = `| | seconds, median of ${values.runs} | says |
| --- | --- | --- |
| \`adamas train\`, Node ${process.versions.node} | ${ours.toFixed(2)} | ${said.adamas} |
| ${versions} | ${theirs.toFixed(2)} | ${said.Python} |

${cpus()[0].model}, one thread each.`;
  console.log(text);
  if (values.write) {
    const path = join(root, 'docs/command.md');
    const page = readFileSync(path, 'utf8');
    writeFileSync(path, page.replace(/(<!-- command time -->)[\s\S]*?(?=<!-- \/command time -->)/, `$1\n${text}\n`));
  }
} finally {
  rmSync(at, { recursive: true });
}
