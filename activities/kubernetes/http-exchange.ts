import { type RequestOptions as HttpOptions, request as sendPlain } from 'node:http';
import { type RequestOptions, request as sendSecure } from 'node:https';

export interface HttpExchange {
  readonly url: URL;
  readonly method: string;
  /** Agent and headers, credentials included. */
  readonly options: RequestOptions;
  readonly limitMs: number;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Asked at each part of the reply with all of it so far: true ends the exchange there. */
  readonly enough?: (text: string) => boolean;
}

export interface HttpReply {
  readonly status: number;
  readonly text: string;
  /** The connection was made for this request, so the server may have started since the last one. */
  readonly overNewConnection: boolean;
}

/** One request and its whole reply within `limitMs`. JSON both ways. Rejects with the connection's own error. */
export function httpExchange(exchange: HttpExchange): Promise<HttpReply> {
  const { url, method, options, limitMs, body, contentType = 'application/json', signal, enough } = exchange;
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...options.headers,
    accept: 'application/json',
    ...(payload !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(payload) }),
  };
  // One of its own: an activity's signal outlives its requests, and would collect the listeners of all of them.
  const own = signal && AbortSignal.any([signal]);
  const send = url.protocol === 'http:' ? sendPlain : sendSecure;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      { ...options, method, headers, ...(own && { signal: own }) } as HttpOptions,
      (response) => {
        const parts: Buffer[] = [];
        const reply = (): HttpReply => ({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString('utf8'),
          overNewConnection: !request.reusedSocket,
        });
        response.on('data', (part: Buffer) => {
          parts.push(part);
          if (enough === undefined) return;
          const soFar = reply();
          if (!enough(soFar.text)) return;
          resolve(soFar);
          request.destroy();
        });
        response.on('error', reject);
        response.on('aborted', () => reject(connectionError('ECONNRESET', 'the reply broke off')));
        response.on('end', () => resolve(reply()));
      },
    );
    const limit = setTimeout(() => {
      request.destroy(connectionError('ETIMEDOUT', `no answer within ${limitMs / 1000} s`));
    }, limitMs);
    request.on('error', reject);
    request.on('close', () => clearTimeout(limit));
    request.end(payload);
  });
}

function connectionError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
