import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';

describe('the environment', () => {
  it('has a default for everything', () => {
    const environment = readEnvironment({ HOME: '/var/jo', USER: 'jo' });
    expect(environment).toMatchObject({
      temporalAddress: null,
      codecKeyFile: null,
      metricsAddress: null,
      logLevel: 'info',
      cacheFolder: '/var/jo/.cache/rekindle',
    });
    expect(environment.actor).toMatch(/^jo@/);
    expect(environment.inventoryPath).toMatch(/\/rekindle\.yaml$/);
  });

  it('takes an empty variable as unset', () => {
    expect(readEnvironment({ TEMPORAL_ADDRESS: ' ' }).temporalAddress).toBeNull();
  });

  it.each([
    ['TEMPORAL_ADDRESS', 'http://temporal', /TEMPORAL_ADDRESS: got "http:\/\/temporal", expected host:port/],
    ['REKINDLE_METRICS_ADDRESS', '9090', /REKINDLE_METRICS_ADDRESS: got "9090", expected host:port/],
    ['REKINDLE_LOG_LEVEL', 'loud', /REKINDLE_LOG_LEVEL: got "loud", expected one of trace, debug/],
    ['REKINDLE_UI_URL', 'ui', /REKINDLE_UI_URL: got "ui", expected a URL/],
  ])('names the variable %s when it holds %s', (name, value, message) => {
    expect(() => readEnvironment({ [name]: value })).toThrow(message);
  });
});
