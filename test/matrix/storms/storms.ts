import type { CaseFilter } from '../matrix-case.ts';
import { etcdStorms } from './etcd-storms.ts';
import { describeStorm, type Storm } from './storm.ts';

/** Every storm. */
export const storms: readonly Storm[] = [...etcdStorms];

/** Those that the options leave: of the scenario, with the text in their title; none where single cases are asked for. */
export function chosenStorms({
  scenario,
  activity,
  point,
  situation,
  storm,
}: CaseFilter & { storm?: string }): Storm[] {
  if (storm === 'none' || (storm === undefined && (activity ?? point ?? situation) !== undefined)) return [];
  return storms.filter(
    (one) =>
      (scenario === undefined || scenario.split(',').includes(one.slug)) &&
      (storm === undefined || describeStorm(one).includes(storm)),
  );
}
