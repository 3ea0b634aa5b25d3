import { expect, it } from 'vitest';
import type { RestoreSurvey } from '../../../activities/restores/types.ts';
import { whatLeaves } from '../../../workflows/namespace-restore/settled-survey.ts';

const survey = {
  namespaces: [
    { name: 'shop', state: 'terminating' },
    { name: 'blog', state: 'present' },
  ],
  claims: [
    { claim: 'shop/data', code: 'volume-released', detail: '', leaving: true },
    { claim: 'shop/kept', code: 'volume-released', detail: '' },
  ],
} as unknown as RestoreSurvey;

it('a namespace that ends is waited for, and longer the volume that is deleted with its claim; one that is kept is not', () => {
  expect(whatLeaves(survey, 0)).toEqual(['shop', 'the former volume of shop/data']);
  expect(whatLeaves(survey, 60)).toEqual(['the former volume of shop/data']);
  expect(whatLeaves(survey, 480)).toEqual([]);
});
