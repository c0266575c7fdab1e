// Federated training: eight clients, each with the noise that was measured at frequencies of its own, and one model of all of them. The rows stay where
// they are; models travel. Writes out/federated.svg. `npx tsx examples/federated.ts`
import { mkdirSync, writeFileSync } from 'node:fs';
import { linear, relu, sequential } from 'adamas';
import { airfoil } from 'adamas/datasets';
import { federated, local } from 'adamas/distribute';
import { fromBytes } from 'adamas/io';
import { lossCurve } from 'adamas/plot';

const PARTS = 8;
const all = airfoil();
const curves: Record<string, { losses: number[] }> = {};

for (const strategy of ['fedAvg', 'fedAdam'] as const) {
  const losses: number[] = [];
  const { rounds } = await federated({
    model: sequential(linear(5, 16, { seed: 1 }), relu(), linear(16, 1, { seed: 2 })),
    job: new URL('./federated-client.js', import.meta.url),
    clients: Array.from({ length: PARTS }, (_, part) => ({
      name: `part-${part}`,
      params: { part, parts: PARTS, lr: 0.01 },
    })),
    strategy,
    ...(strategy === 'fedAdam' && { serverLr: 0.05 }),
    rounds: 20,
    seed: 1,
    runner: local(),
    onRound(_, bytes) {
      const { model } = fromBytes(bytes);
      losses.push(model.evaluate(all, { loss: 'mse' }).loss);
      model.dispose();
    },
  });
  console.log(`${strategy}: loss over all rows ${losses.at(-1)!.toFixed(3)} after ${rounds.length} rounds`);
  curves[strategy] = { losses };
}

mkdirSync('out', { recursive: true });
const title = `Loss over all rows by round, ${PARTS} clients`;
writeFileSync('out/federated.svg', lossCurve(curves, { title, xLabel: 'round', positions: (index) => index + 1 }));
console.log('wrote out/federated.svg');
