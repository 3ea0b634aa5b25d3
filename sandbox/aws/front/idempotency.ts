import { AwsFailure } from '../wire/failure.ts';
import type { TokenUse, World } from './world.ts';

/** How long AWS remembers a client token. Milliseconds. */
const tokenLife = 24 * 3_600_000;

/** The earlier use of a token, when it was the same request. Throws IdempotentParameterMismatch when it was another. */
export function earlierUse(
  world: World,
  action: string,
  token: string | undefined,
  parameters: string,
): TokenUse | undefined {
  if (!token) return undefined;
  const use = world.tokens.get(`${action}/${token}`);
  if (!use || world.now() - use.usedAt > tokenLife) return undefined;
  if (use.parameters === parameters) return use;
  throw new AwsFailure(
    'IdempotentParameterMismatch',
    'Parameters on this idempotent request are inconsistent with parameters used in previous request(s)',
  );
}

/** What AWS answers to the token of something that was deleted since, or that failed after its creation had been accepted. */
export function tokenOfDeleted(): AwsFailure {
  return new AwsFailure(
    'IdempotentParameterMismatch',
    'The client token you have provided is associated with a resource that is already deleted. Please use a different client token.',
  );
}

export function rememberUse(
  world: World,
  action: string,
  token: string | undefined,
  use: Omit<TokenUse, 'usedAt'>,
): void {
  if (token) world.tokens.put(`${action}/${token}`, { ...use, usedAt: world.now() });
}
