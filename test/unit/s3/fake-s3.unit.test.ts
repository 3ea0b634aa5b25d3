import { describe } from 'vitest';
import { FakeS3Region } from '../../adapters/fake-s3.ts';
import { s3Conformance } from '../../adapters/s3-conformance.ts';

describe('the S3 of the unit tests', () => {
  s3Conformance(async () => ({ region: new FakeS3Region('artefacts'), bucket: 'artefacts' }), 'unit');
});
