/** Handing a request to the emulator as it is, bodies streamed in both directions. */
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Moto } from './moto.ts';

const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', 'expect']);

/** Header lines as they were written, without those that belong to the connection. */
export function forwardedHeaders(raw: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    if (hopByHop.has(name.toLowerCase())) continue;
    const known = headers[name];
    headers[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return headers;
}

/**
 * Sends the request on and returns the emulator's answer, whose body is still to be read.
 *
 * @param body the body when it was read already; else the incoming one is streamed
 */
export function sendOn(moto: Moto, incoming: IncomingMessage, body: Buffer | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: moto.host,
        port: moto.port,
        method: incoming.method,
        path: incoming.url,
        headers: forwardedHeaders(incoming.rawHeaders),
        setHost: false,
        agent: false,
      },
      resolve,
    );
    outgoing.on('error', reject);
    if (body !== undefined) outgoing.end(body);
    else pipeline(incoming, outgoing).catch(reject);
  });
}

/** Streams the emulator's answer to the caller. */
export async function relay(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(answer.statusCode ?? 500, answer.statusMessage, forwardedHeaders(answer.rawHeaders));
  await pipeline(answer, response);
}

/** Reads the emulator's answer to its end and throws it away: the effect is complete then. */
export async function drain(answer: IncomingMessage): Promise<void> {
  answer.resume();
  await new Promise<void>((resolve, reject) => {
    answer.on('end', resolve);
    answer.on('error', reject);
  });
}
