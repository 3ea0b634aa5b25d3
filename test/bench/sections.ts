/** The section `## <title>` of a document, or null. */
export function sectionOf(document: string, title: string): string | null {
  const lines = document.split('\n');
  const start = lines.indexOf(`## ${title}`);
  if (start < 0) return null;
  const next = lines.findIndex((line, index) => index > start && line.startsWith('## '));
  return lines.slice(start, next < 0 ? undefined : next).join('\n');
}

/** The document with the section `## <title>` replaced, or added at its end. */
export function replaceSection(document: string, title: string, section: string): string {
  const lines = document.trimEnd().split('\n');
  const start = lines.indexOf(`## ${title}`);
  if (start < 0) return `${lines.join('\n')}\n\n${section.trimEnd()}\n`;
  const next = lines.findIndex((line, index) => index > start && line.startsWith('## '));
  const rest = next < 0 ? [] : ['', ...lines.slice(next)];
  return `${[...lines.slice(0, start), section.trimEnd(), ...rest].join('\n')}\n`;
}
