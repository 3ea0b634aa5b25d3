/** A label selector as Velero's API takes it. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

const key = '[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?';
const value = '(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
const forms: readonly [RegExp, (match: RegExpExecArray) => Expression][] = [
  [
    new RegExp(`^(${key})\\s+(in|notin)\\s+\\(([^()]*)\\)$`),
    ([, name = '', operator, list = '']) => ({
      key: name,
      operator: operator === 'in' ? 'In' : 'NotIn',
      values: list.split(',').map((entry) => entry.trim()),
    }),
  ],
  [
    new RegExp(`^(${key})\\s*!=\\s*(${value})$`),
    ([, name = '', one = '']) => ({ key: name, operator: 'NotIn', values: [one] }),
  ],
  [
    new RegExp(`^(${key})\\s*==?\\s*(${value})$`),
    ([, name = '', one = '']) => ({ key: name, operator: 'In', values: [one] }),
  ],
  [new RegExp(`^!\\s*(${key})$`), ([, name = '']) => ({ key: name, operator: 'DoesNotExist' })],
  [new RegExp(`^(${key})$`), ([, name = '']) => ({ key: name, operator: 'Exists' })],
];

/** From a selector as kubectl takes it; null for one that cannot be read. Pure. */
export function parseSelector(text: string): LabelSelector | null {
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  const expressions = parts.map((part) => {
    for (const [form, make] of forms) {
      const match = form.exec(part);
      if (match !== null) return make(match);
    }
    return null;
  });
  if (expressions.some((expression) => expression === null)) return null;
  return { matchExpressions: expressions as Expression[] };
}

/** Whether labels fit. A missing label fits `NotIn`, as in Kubernetes. Pure. */
export function selects(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return (
    Object.entries(matchLabels).every(([name, wanted]) => labels[name] === wanted) &&
    matchExpressions.every((expression) => fits(expression, labels[expression.key]))
  );
}

function fits({ operator, values = [] }: Expression, found: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return found !== undefined && values.includes(found);
    case 'NotIn':
      return found === undefined || !values.includes(found);
    case 'Exists':
      return found !== undefined;
    case 'DoesNotExist':
      return found === undefined;
  }
}
