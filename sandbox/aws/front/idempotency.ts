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
  if (use.parameters !== parameters) throw tokenMismatch(action);
  return use;
}

/** What AWS answers to a token whose parameters differ, or whose creation failed after it had been accepted. */
export function tokenMismatch(action: string): AwsFailure {
  return new AwsFailure(
    'IdempotentParameterMismatch',
    `The client token you have provided is associated with a different ${action} request, or with a resource that failed or is gone.`,
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
