import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { isCode } from '../../errors/codes.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { EncryptionCodec } from '../codec/encryption-codec.ts';
import { readKeyFile } from '../codec/key-file.ts';
import { PrivateFileError, readPrivateFile } from '../private-file.ts';
import { Access } from './access.ts';
import { type LoginState, loginPage } from './login-page.ts';
import { fromJson, payloadsSchema, toJson } from './payload-json.ts';

export interface CodecServerOptions {
  /** Key file of the payload codec. */
  readonly keyFile: string;
  /** File that holds the token, mode 0600; at least 16 characters. */
  readonly tokenFile: string;
  /** Origins of the Temporal UI whose pages may read the answers, such as `http://127.0.0.1:8233`. */
  readonly uiOrigins: readonly string[];
  /** Default: this machine only. Listen wider only with TLS. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
}

export interface CodecServer {
  readonly url: string;
  close(): Promise<void>;
}

const shortestToken = 16;
/** Two payloads of Temporal's largest size in base64, and the rest of the body. */
const bodyLimit = 8 * 1024 * 1024;

/**
 * Temporal's remote codec protocol, so that its UI and CLI can read encrypted recoveries. Nothing is encoded or decoded without
 * the token or a login; nothing of a payload is logged.
 */
export async function startCodecServer(options: CodecServerOptions): Promise<CodecServer> {
  const codec = new EncryptionCodec(readKeyFile(options.keyFile));
  const access = new Access(readToken(options.tokenFile));
  const server = createServer(options.tls);
  answerOrigins(server, new Set(options.uiOrigins.map((origin) => new URL(origin).origin)));
  addLogin(server, access, options.tls !== undefined);

  const authenticate = async (request: FastifyRequest, reply: FastifyReply) => {
    if (access.allows(request.headers.authorization, request.headers.cookie)) return;
    await reply
      .code(401)
      .header('www-authenticate', 'Bearer')
      .send({ message: 'show the token as `authorization: Bearer ...`, or log in at the address of this server' });
  };
  for (const [path, convert] of [
    ['/encode', codec.encode.bind(codec)],
    ['/decode', codec.decode.bind(codec)],
  ] as const) {
    server.post(path, { onRequest: authenticate }, async (request, reply) => {
      const body = payloadsSchema.safeParse(request.body);
      if (!body.success)
        return reply.code(400).send({ message: 'expected {"payloads": [{"metadata", "data"}]} in base64' });
      return toJson(await convert(fromJson(body.data)));
    });
  }

  await server.listen({ host: options.host ?? '127.0.0.1', port: options.port });
  const { address, family, port } = server.server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return { url: `${options.tls ? 'https' : 'http'}://${host}:${port}`, close: () => server.close() };
}

function createServer(tls: CodecServerOptions['tls']): FastifyInstance {
  const certificate = tls && { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
  const server = fastify({ bodyLimit, forceCloseConnections: true, https: certificate ?? null }) as FastifyInstance;
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof RekindleError && isCode(error.code)) {
      return reply.code(400).send({ code: error.code, message: error.message });
    }
    const status = error.statusCode ?? 500;
    return reply.code(status).send({ message: status < 500 ? error.message : 'the codec server failed' });
  });
  return server;
}

/** Lets the UI's pages read the answers, with their cookies; refuses the pages of every other origin. */
function answerOrigins(server: FastifyInstance, allowed: ReadonlySet<string>): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.header('vary', 'Origin').header('cache-control', 'no-store');
    const { origin, host } = request.headers;
    if (origin === undefined || origin === `${request.protocol}://${host}`) return;
    if (!allowed.has(origin)) {
      await reply.code(403).send({ message: `the origin ${origin} is not one of the Temporal UI’s` });
      return;
    }
    reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true');
    if (request.method !== 'OPTIONS') return;
    await reply
      .code(204)
      .header('access-control-allow-methods', 'POST, OPTIONS')
      .header('access-control-allow-headers', 'authorization, content-type, x-namespace, caller-type')
      .header('access-control-max-age', '600')
      .send();
  });
  server.options('/*', async (_request, reply) => reply.code(404).send());
}

function addLogin(server: FastifyInstance, access: Access, secure: boolean): void {
  const show = (reply: FastifyReply, state: LoginState) =>
    reply
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
      )
      .send(loginPage(state));
  const form = async (_request: FastifyRequest, body: string | Buffer) =>
    Object.fromEntries(new URLSearchParams(String(body)));
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, form);
  server.get('/', async (request, reply) =>
    show(reply, access.allows(undefined, request.headers.cookie) ? 'in' : 'asked'),
  );
  server.post('/login', async (request, reply) => {
    const token = (request.body as { token?: unknown } | null)?.token;
    if (typeof token !== 'string' || !access.accepts(token)) return show(reply.code(401), 'wrong');
    return show(reply.header('set-cookie', access.login(secure)), 'in');
  });
}

function readToken(file: string): string {
  try {
    const token = readPrivateFile(file).trim();
    if (token.length >= shortestToken) return token;
    throw new PrivateFileError(
      `${file}: the token has ${token.length} characters, expected at least ${shortestToken}: make one with \`openssl rand -hex 32\``,
    );
  } catch (error) {
    if (!(error instanceof PrivateFileError)) throw error;
    throw new RekindleError('codec-keys-unusable', error.message, { details: { file } });
  }
}
