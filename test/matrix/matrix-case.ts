import { type CrashPoint, crashPoints } from './crash-order.ts';
import type { ScenarioMatrix } from './scenario-matrix.ts';

/** One recovery in whose course the worker dies once. */
export interface MatrixCase {
  readonly matrix: ScenarioMatrix;
  readonly situation: string;
  readonly activity: string;
  readonly call: number;
  readonly point: CrashPoint;
}

/** Each may be a list with commas. */
export interface CaseFilter {
  readonly scenario?: string;
  readonly activity?: string;
  readonly point?: string;
  readonly situation?: string;
}

export function describeCase({ matrix, situation, activity, call, point }: MatrixCase): string {
  const nth = call === 1 ? '' : ` (call ${call})`;
  return `${matrix.slug}: ${situation}: ${point} ${activity}${nth}`;
}

/** Every case of the matrices that the filter leaves, in the order of the entries. */
export function matrixCases(matrices: readonly ScenarioMatrix[], filter: CaseFilter = {}): MatrixCase[] {
  const kept = (wanted: string | undefined, value: string) => wanted === undefined || wanted.split(',').includes(value);
  return matrices
    .filter(({ slug }) => kept(filter.scenario, slug))
    .flatMap((matrix) =>
      Object.entries(matrix.entries).flatMap(([activity, entries]) =>
        entries.flatMap(({ situation, call = 1, points = crashPoints }) =>
          points.map((point): MatrixCase => ({ matrix, situation, activity, call, point })),
        ),
      ),
    )
    .filter(
      ({ activity, point, situation }) =>
        kept(filter.activity, activity) && kept(filter.point, point) && kept(filter.situation, situation),
    );
}

/** `count` cases spread evenly over the list. */
export function sampleOf(cases: readonly MatrixCase[], count: number): MatrixCase[] {
  if (cases.length <= count) return [...cases];
  return Array.from(
    { length: count },
    (_unused, index) => cases[Math.floor(((index + 0.5) * cases.length) / count)],
  ).filter((chosen) => chosen !== undefined);
}
