// A strict reader of the XML that pictures are: it throws where a browser would refuse.

/** An element. */
export interface Xml {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Xml[];
  text: string;
  /** All elements of a name below this one, in their order. */
  all(name: string): Xml[];
  /** The first element below this one that satisfies `ok`. */
  find(ok: (node: Xml) => boolean): Xml | undefined;
}

function element(name: string, attributes: Record<string, string>): Xml {
  const descendants = (node: Xml): Xml[] => node.children.flatMap((child) => [child, ...descendants(child)]);
  const self: Xml = {
    name,
    attributes,
    children: [],
    text: '',
    all: (wanted) => descendants(self).filter((node) => node.name === wanted),
    find: (ok) => descendants(self).find(ok),
  };
  return self;
}

const decode = (text: string): string => {
  if (/&(?!#\d+;)|[<\ufffe\uffff]|(?![\t\n])[\p{Cc}\p{Cs}]/u.test(text)) throw new Error(`Not well-formed: ${text}`);
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
};

/** The root element of a document. */
export function parseXml(document: string): Xml {
  const root = element('', {});
  const open = [root];
  for (const [, text, close, name, attributes, empty] of document.matchAll(
    /([^<]*)(?:<(\/?)([\w]+)((?:\s+[\w:-]+="[^"<]*")*)(\/?)>|$)/g,
  )) {
    open.at(-1)!.text += decode(text!);
    if (name === undefined) continue;
    if (close) {
      if (open.pop()!.name !== name) throw new Error(`</${name}> closes another element`);
      continue;
    }
    const pairs = [...attributes!.matchAll(/([\w:-]+)="([^"]*)"/g)].map(
      ([, key, value]) => [key!, decode(value!)] as const,
    );
    if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error(`An attribute twice: ${attributes}`);
    const node = element(name, Object.fromEntries(pairs));
    open.at(-1)!.children.push(node);
    if (!empty) open.push(node);
  }
  if (open.length > 1 || root.children.length !== 1) throw new Error('Not one whole element');
  return root.children[0]!;
}

/** Texts of all elements with these names. */
export const textsOf = (root: Xml, ...names: string[]): string[] =>
  names.flatMap((name) => root.all(name).map((node) => node.text));

/** The x coordinates of all texts outside of turned ones. */
export const numbersIn = (root: Xml): { x: number; attributes: Xml['attributes'] }[] =>
  root.all('text').map(({ attributes }) => ({ x: Number(attributes.x), attributes }));
