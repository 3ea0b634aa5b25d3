/**
 * The endpoint that everything uses as AWS. For each call, in this order:
 * 1. who calls what is read from the signature and the body;
 * 2. the faults that strike it are chosen; latency is waited for, a failure is answered, a lost request is cut;
 * 3. EC2 and Auto Scaling actions that the front knows are carried out here; everything else is streamed to the emulator;
 * 4. the answer is sent, or the connection cut when the answer is to be lost;
 * 5. the call is written into the journal.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { homeRegion } from '../account.ts';
import { autoScalingActions } from '../autoscaling/actions.ts';
import { ec2Actions } from '../ec2/actions.ts';
import { settle } from '../ec2/lifetime.ts';
import { getServiceQuota } from '../quotas/vcpu-quota.ts';
import { AwsFailure, ec2FailureXml, queryFailureXml, s3FailureXml } from '../wire/failure.ts';
import { QueryParameters } from '../wire/query.ts';
import { autoScalingNamespace, autoScalingReplyXml, ec2ReplyXml } from '../wire/reply.ts';
import type { Action } from './action.ts';
import { type Caller, readCaller } from './caller.ts';
import {
  FaultKind,
  type FaultRule,
  internalErrorCodes,
  otherInternalErrorCode,
  otherThrottlingError,
  strikingRules,
  throttlingErrors,
} from './faults.ts';
import { type Journal, shownParameters } from './journal.ts';
import { drain, relay, sendOn } from './pass-through.ts';
import { deniedToReader } from './reader.ts';
import { s3Operation } from './s3-operation.ts';
import type { World } from './world.ts';

/** A call as far as it is known before it is carried out. */
interface Call {
  readonly caller: Caller;
  readonly action: string;
  readonly parameters: QueryParameters;
  readonly body: Buffer | undefined;
  readonly shown: Readonly<Record<string, string>>;
  readonly requestId: string;
}

interface Outcome {
  status: number;
  error?: string;
  carriedOut: boolean;
  answered: boolean;
  resource?: string;
}

const jsonType = 'application/x-amz-json-1.1';
const longestForm = 16 * 1_048_576;

export function createFront(world: World, journal: Journal): Server {
  const server = createServer((request, response) => {
    answer(world, journal, request, response).catch((error: unknown) => {
      console.error(new Date().toISOString(), request.method, request.url, error);
      response.destroy();
    });
  });
  // Uploads may take long; the callers have time-outs of their own.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  return server;
}

async function answer(
  world: World,
  journal: Journal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const arrived = Date.now();
  const call = await readCall(request);
  const struck = strike(world, call);
  const outcome: Outcome = { status: 0, carriedOut: false, answered: true };
  try {
    await carryOut(world, call, struck, request, response, outcome);
  } finally {
    journal.add({
      time: new Date(arrived).toISOString(),
      service: call.caller.service,
      action: call.action,
      parameters: call.shown,
      userAgent: call.caller.userAgent,
      accessKeyId: call.caller.accessKeyId,
      carriedOut: outcome.carriedOut,
      answered: outcome.answered,
      status: outcome.status,
      ...(outcome.error !== undefined && { error: outcome.error }),
      faults: struck.map((rule) => rule.kind),
      ms: Date.now() - arrived,
      ...(outcome.resource !== undefined && { resource: outcome.resource }),
    });
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://front');
  const caller = readCaller(request.headers, url.searchParams);
  const requestId = randomUUID();
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  if (form && caller.service !== 's3' && request.method === 'POST') {
    const body = await readBody(request);
    const parameters = QueryParameters.parse(body.toString('utf8'));
    return {
      caller,
      action: parameters.get('Action') ?? '',
      parameters,
      body,
      shown: shownParameters(parameters),
      requestId,
    };
  }
  if (caller.service === 'servicequotas') {
    const body = await readBody(request);
    // `ServiceQuotasV20190624.GetServiceQuota`
    const action =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const shown = { body: body.toString('utf8').slice(0, 200) };
    return { caller, action, parameters: new QueryParameters([]), body, shown, requestId };
  }
  const action =
    caller.service === 's3' || caller.service === ''
      ? s3Operation({
          method: request.method ?? '',
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
        })
      : (url.searchParams.get('Action') ?? request.method ?? '');
  const shown = { path: decodeURI(url.pathname) };
  return { caller, action, parameters: new QueryParameters([]), body: undefined, shown, requestId };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestForm) throw new Error('the form is too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Chooses the faults for a call and counts them down, in one go. */
function strike(world: World, call: Call): FaultRule[] {
  const { service, userAgent } = call.caller;
  const struck = strikingRules(world.faultRules.values(), { service, action: call.action, userAgent }, Math.random);
  for (const rule of struck) {
    if (rule.remaining === undefined) continue;
    if (rule.remaining <= 1) world.faultRules.delete(rule.id);
    else world.faultRules.put(rule.id, { ...rule, remaining: rule.remaining - 1 });
  }
  return struck;
}

async function carryOut(
  world: World,
  call: Call,
  struck: readonly FaultRule[],
  request: IncomingMessage,
  response: ServerResponse,
  outcome: Outcome,
): Promise<void> {
  const { service } = call.caller;
  for (const rule of struck) {
    if (rule.kind === FaultKind.latency) await new Promise((resolve) => setTimeout(resolve, rule.ms ?? 1_000));
  }
  const fatal = struck.find((rule) => rule.kind !== FaultKind.latency);
  if (fatal?.kind === FaultKind.requestLost) {
    outcome.answered = false;
    request.socket.destroy();
    return;
  }
  if (fatal?.kind === FaultKind.throttle || fatal?.kind === FaultKind.error) {
    request.resume();
    return sendFailure(response, call, faultFailure(fatal, service), outcome);
  }
  const denied = deniedToReader(call.caller, call.action);
  if (denied !== undefined) {
    request.resume();
    return sendFailure(response, call, denied, outcome);
  }
  const loseReply = fatal?.kind === FaultKind.replyLost;
  const own = ownAction(call);
  outcome.carriedOut = true;
  if (service === 'servicequotas') {
    if (loseReply) return cut(request, outcome);
    return answerQuota(world, call, response, outcome);
  }
  if (!own) return passOn(world, call, request, response, outcome, loseReply);
  try {
    const reply = await runOwn(world, call, own);
    const made = madeResource(call.action, reply);
    if (made !== undefined) outcome.resource = made;
    outcome.status = 200;
    if (loseReply) return cut(request, outcome);
    send(response, 200, reply, call.requestId);
  } catch (error) {
    if (loseReply) return cut(request, outcome);
    sendFailure(response, call, asFailure(error, service), outcome);
  }
}

function ownAction(call: Call): Action | undefined {
  const { service, region } = call.caller;
  if (region !== homeRegion) return undefined;
  if (service === 'ec2') return ec2Actions[call.action];
  if (service !== 'autoscaling') return undefined;
  return autoScalingActions[call.action];
}

async function runOwn(world: World, call: Call, action: Action): Promise<string> {
  settle(world);
  const content = await action(world, call.parameters);
  return (call.caller.service === 'ec2' ? ec2ReplyXml : autoScalingReplyXml)(call.action, call.requestId, content);
}

function answerQuota(world: World, call: Call, response: ServerResponse, outcome: Outcome): void {
  try {
    const content = JSON.stringify(getServiceQuota(world, call.action, call.body?.toString('utf8') ?? ''));
    outcome.status = 200;
    send(response, 200, content, call.requestId, jsonType);
  } catch (error) {
    sendFailure(response, call, asFailure(error, call.caller.service), outcome);
  }
}

async function passOn(
  world: World,
  call: Call,
  request: IncomingMessage,
  response: ServerResponse,
  outcome: Outcome,
  loseReply: boolean,
): Promise<void> {
  let backend: IncomingMessage;
  try {
    backend = await sendOn(world.moto, request, call.body);
  } catch (error) {
    const failure = new AwsFailure('ServiceUnavailable', `The AWS emulator does not answer: ${String(error)}`, 503);
    return sendFailure(response, call, failure, outcome);
  }
  outcome.status = backend.statusCode ?? 0;
  if (loseReply) {
    await drain(backend);
    return cut(request, outcome);
  }
  await relay(backend, response);
}

function cut(request: IncomingMessage, outcome: Outcome): void {
  outcome.answered = false;
  request.socket.destroy();
}

function faultFailure(rule: FaultRule, service: string): AwsFailure {
  if (rule.kind === FaultKind.throttle) {
    const { code, message, status } = throttlingErrors[service] ?? otherThrottlingError;
    return new AwsFailure(code, message, status);
  }
  const code = rule.code ?? internalErrorCodes[service] ?? otherInternalErrorCode;
  return new AwsFailure(code, 'An internal error has occurred', rule.status ?? 500);
}

function asFailure(error: unknown, service: string): AwsFailure {
  if (error instanceof AwsFailure) return error;
  console.error(new Date().toISOString(), service, error);
  const reason = error instanceof Error ? error.message : String(error);
  return new AwsFailure(internalErrorCodes[service] ?? otherInternalErrorCode, `The sandbox failed: ${reason}`, 500);
}

function sendFailure(response: ServerResponse, call: Call, failure: AwsFailure, outcome: Outcome): void {
  outcome.status = failure.status;
  outcome.error = failure.code;
  const { service } = call.caller;
  if (service === 'servicequotas') {
    const json = JSON.stringify({ __type: failure.code, message: failure.message });
    send(response, failure.status, json, call.requestId, jsonType);
    return;
  }
  const xml =
    service === 'ec2'
      ? ec2FailureXml(failure, call.requestId)
      : service === 's3' || service === ''
        ? s3FailureXml(failure, call.requestId)
        : queryFailureXml(failure, call.requestId, service === 'autoscaling' ? autoScalingNamespace : '');
  send(response, failure.status, xml, call.requestId);
}

function send(
  response: ServerResponse,
  status: number,
  content: string,
  requestId: string,
  contentType = 'text/xml;charset=UTF-8',
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(content),
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
  });
  response.end(content);
}

/** The first id of something made, for the journal. */
function madeResource(action: string, xml: string): string | undefined {
  if (!/^(Create|Copy|Run)/.test(action)) return undefined;
  return xml.slice(0, 2_000).match(/<(?:volumeId|snapshotId|instanceId)>([^<]+)</)?.[1];
}
