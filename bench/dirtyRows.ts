/** Rows of 12 columns as they come: numbers of several widths, classes, dates, quoted texts with delimiters and quotes, and missing values. */
export function dirtyRows(count: number): string {
  const places = ['north', 'south', 'east', 'west', 'centre'];
  const lines = ['id,price,rate,score,place,kind,day,note,size,left,right,y'];
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  for (let i = 0; i < count; i++) {
    const day = new Date(1.6e12 + Math.floor(random() * 1000) * 864e5).toISOString().slice(0, 10);
    const note = random() < 0.1 ? '"said ""yes"", then left"' : '"plain, short"';
    const size = random() < 0.05 ? 'NA' : (random() * 100).toFixed(2);
    const left = random() < 0.05 ? '' : String(random());
    const fields: (string | number)[] = [
      i,
      (random() * 1000).toFixed(2),
      random().toExponential(4),
      Math.floor(random() * 100),
    ];
    fields.push(places[Math.floor(random() * 5)]!, random() < 0.5 ? 'a' : 'b', day, note, size, left);
    fields.push((random() - 0.5).toFixed(6), (random() * 10).toFixed(3));
    lines.push(fields.join());
  }
  return `${lines.join('\n')}\n`;
}
