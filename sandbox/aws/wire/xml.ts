/** The little XML that AWS's query services speak: elements and text, no attributes that matter, no comments. */

/** A value that can be written as the content of an element. Undefined is left out; an array becomes one element an entry. */
export type XmlValue =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

export function escapeXml(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[c] ?? c,
  );
}

/**
 * Writes a value as XML content. EC2 calls the entries of a list `item`, the older query services `member`.
 * Dates are written as ISO 8601 with milliseconds.
 */
export function writeXml(value: XmlValue, entryName: 'item' | 'member'): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (isList(value)) return value.map((entry) => `<${entryName}>${writeXml(entry, entryName)}</${entryName}>`).join('');
  let text = '';
  for (const [name, content] of Object.entries(value)) {
    if (content !== undefined) text += `<${name}>${writeXml(content, entryName)}</${name}>`;
  }
  return text;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

/** An element as it was read: its text when it has no children. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (whole, code: string) => {
    if (code.startsWith('#x')) return String.fromCodePoint(Number.parseInt(code.slice(2), 16));
    if (code.startsWith('#')) return String.fromCodePoint(Number.parseInt(code.slice(1), 10));
    return entities[code] ?? whole;
  });
}

/** Reads a document and returns its root. Throws when it is not well-formed enough to be a reply. */
export function readXml(source: string): XmlElement {
  interface Open {
    name: string;
    text: string;
    children: XmlElement[];
  }
  const top: Open = { name: '', text: '', children: [] };
  const stack: Open[] = [top];
  const tag = /<(\/?)([^\s/>?!]+)[^>]*?(\/?)>|<[?!][^>]*>/g;
  let from = 0;
  for (let found = tag.exec(source); found !== null; found = tag.exec(source)) {
    const current = stack[stack.length - 1];
    if (!current) throw new Error('XML: an element is closed that was not opened');
    current.text += source.slice(from, found.index);
    from = tag.lastIndex;
    const name = found[2];
    if (name === undefined) continue;
    if (found[1] === '/') {
      if (current.name !== name || stack.length < 2) throw new Error(`XML: </${name}> closes <${current.name}>`);
      stack.pop();
      const text = current.children.length > 0 ? '' : unescapeXml(current.text);
      stack[stack.length - 1]?.children.push({ name, text, children: current.children });
    } else if (found[3] === '/') {
      current.children.push({ name, text: '', children: [] });
    } else {
      stack.push({ name, text: '', children: [] });
    }
  }
  const root = top.children[0];
  if (stack.length !== 1 || !root) throw new Error('XML: the document ends early');
  return root;
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((entry) => entry.name === name);
}

/** The element reached by a path of names, `placement.availabilityZone`. */
export function descend(element: XmlElement | undefined, path: string): XmlElement | undefined {
  return path.split('.').reduce((at, name) => child(at, name), element);
}

/** The text reached by a path of names; undefined when it is absent or empty. */
export function textAt(element: XmlElement | undefined, path: string): string | undefined {
  return descend(element, path)?.text || undefined;
}

/** The entries of the list reached by a path, whatever they are called. */
export function entriesAt(element: XmlElement | undefined, path: string): readonly XmlElement[] {
  return descend(element, path)?.children ?? [];
}
