import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const sessionCookie = 'rekindle-codec';
const sessionHours = 12;

/**
 * Who may decode: whoever shows the token, or a browser that logged in with it. Comparisons take the same time whatever was
 * shown. Sessions live in memory: a restart asks for the token again.
 */
export class Access {
  readonly #token: Buffer;
  readonly #now: () => number;
  readonly #sessions = new Map<string, number>();

  constructor(token: string, now: () => number = Date.now) {
    this.#token = digest(token);
    this.#now = now;
  }

  allows(authorization: string | undefined, cookies: string | undefined): boolean {
    const [scheme, credential] = (authorization ?? '').split(/\s+/, 2);
    if (scheme?.toLowerCase() === 'bearer' && credential !== undefined && this.accepts(credential)) return true;
    const session = sessionIn(cookies);
    const until = session === undefined ? undefined : this.#sessions.get(hex(session));
    return until !== undefined && until > this.#now();
  }

  accepts(token: string): boolean {
    return timingSafeEqual(digest(token), this.#token);
  }

  /** The value of a `Set-Cookie` header that logs a browser in. Scripts cannot read it, other sites cannot send it. */
  login(secure: boolean): string {
    const session = randomBytes(32).toString('base64url');
    const now = this.#now();
    for (const [known, until] of this.#sessions) if (until <= now) this.#sessions.delete(known);
    this.#sessions.set(hex(session), now + sessionHours * 3_600_000);
    const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${sessionHours * 3600}`];
    return [`${sessionCookie}=${session}`, ...attributes, ...(secure ? ['Secure'] : [])].join('; ');
  }
}

function sessionIn(cookies: string | undefined): string | undefined {
  const entries = (cookies ?? '').split(';').map((entry) => entry.trim().split('='));
  return entries.find(([name]) => name === sessionCookie)?.[1];
}

/** Of equal length for every input, as `timingSafeEqual` needs; also what sessions are kept under. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function hex(text: string): string {
  return digest(text).toString('hex');
}
