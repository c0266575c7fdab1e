// The help, made from the tables of commands and options.
import { COMMANDS } from './commands.js';
import { type Name, OPTIONS } from './options.js';

const WIDTH = 100;

/** The help of `adamas`, or of one of its commands. */
export function help(command?: Name): string {
  return command === undefined ? overview() : helpOf(command);
}

function overview(): string {
  return [
    'To see it at work: adamas chapter. It trains the model of the chapter "Adam" and draws its loss.',
    '',
    'Usage: adamas <command> [options]',
    '',
    ...aligned(Object.entries(COMMANDS).map(([name, { files, text }]) => [[name, ...files].join(' '), text])),
    ...aligned([
      ['help <command>', 'Prints the options of a command.'],
      ['--version', 'Prints the version.'],
    ]),
    '',
    'A file may be - for standard input, and may be compressed by gzip. Results go to standard output,',
    'everything else to standard error.',
    'Exit codes: 0 success; 1 failure; 2 wrong usage; 130 stopped by Ctrl-C.',
  ].join('\n');
}

function helpOf(command: Name): string {
  const { files, text, example } = COMMANDS[command];
  const options = Object.entries(OPTIONS).filter(([, { commands }]) => commands.includes(command));
  return [
    text,
    '',
    `Usage: adamas ${[command, ...files.map((file) => `<${file}>`)].join(' ')} [options]`,
    `Example: ${example}`,
    '',
    ...aligned(options.map(([name, { value, text }]) => [`--${name}${value ? ` <${value}>` : ''}`, text])),
  ].join('\n');
}

/** Names with their texts in a second column, wrapped; below a name that is too long for the first. */
function aligned(rows: readonly (readonly [name: string, text: string])[]): string[] {
  const indent = 30;
  return rows.flatMap(([name, text]) => {
    const lines = wrapped(text, WIDTH - indent);
    const beside = name.length + 4 <= indent;
    const first = beside ? [`  ${name.padEnd(indent - 2)}${lines.shift()}`] : [`  ${name}`];
    return [...first, ...lines.map((line) => ' '.repeat(indent) + line)];
  });
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
