import { expect, it } from 'vitest';
import { takeTurns } from '../../alternate-projects.ts';

it('files of different projects take turns, each project in its own order', () => {
  const files = ['velero/long', 'velero/short', 'faults/a', 'velero/last', 'faults/b'];
  const turns = takeTurns(files, (file) => file.split('/')[0] ?? '');
  expect(turns).toEqual(['velero/long', 'faults/a', 'velero/short', 'faults/b', 'velero/last']);
});
