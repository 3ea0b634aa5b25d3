/** The emulator behind the front, as the front itself calls it. */
import { request } from 'node:http';
import { homeRegion } from '../account.ts';
import type { Zone } from '../ec2/volume-request.ts';
import { AwsFailure } from '../wire/failure.ts';
import { entriesAt, readXml, textAt, type XmlElement } from '../wire/xml.ts';

const versions = { ec2: '2016-11-15', autoscaling: '2011-01-01' } as const;
/** Longer than the emulator's slowest answer. Milliseconds. */
const timeoutMs = 60_000;

export interface BackendReply {
  readonly status: number;
  readonly body: string;
}

export class Moto {
  readonly host: string;
  readonly port: number;
  private knownZones: readonly Zone[] | undefined;

  constructor(endpoint: string) {
    const url = new URL(endpoint);
    this.host = url.hostname;
    this.port = Number(url.port);
  }

  /** Calls an action in the home region and returns the root of the reply. Throws AwsFailure for an error reply. */
  async call(
    service: keyof typeof versions,
    action: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<XmlElement> {
    const body = new URLSearchParams({ Action: action, Version: versions[service], ...parameters }).toString();
    const reply = await this.post(service, body);
    const root = readXml(reply.body);
    if (reply.status < 400) return root;
    const error = entriesAt(root, 'Errors')[0] ?? root.children.find((entry) => entry.name === 'Error');
    throw new AwsFailure(
      textAt(error, 'Code') ?? 'InternalError',
      textAt(error, 'Message') ?? `${action} failed with HTTP ${reply.status}`,
      reply.status,
    );
  }

  /** Sends a form as it is. */
  post(service: string, body: string): Promise<BackendReply> {
    return new Promise((resolve, reject) => {
      const scope = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}/${homeRegion}/${service}/aws4_request`;
      const call = request(
        {
          host: this.host,
          port: this.port,
          method: 'POST',
          path: '/',
          agent: false,
          timeout: timeoutMs,
          headers: {
            'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
            'content-length': Buffer.byteLength(body),
            authorization: `AWS4-HMAC-SHA256 Credential=sandbox-front/${scope}, SignedHeaders=host, Signature=0`,
          },
        },
        (reply) => {
          const parts: Buffer[] = [];
          reply.on('data', (part: Buffer) => parts.push(part));
          reply.on('end', () =>
            resolve({ status: reply.statusCode ?? 500, body: Buffer.concat(parts).toString('utf8') }),
          );
          reply.on('error', reject);
        },
      );
      call.on('timeout', () => call.destroy(new Error(`the AWS emulator gave no answer within ${timeoutMs} ms`)));
      call.on('error', reject);
      call.end(body);
    });
  }

  /** Makes the emulator forget everything. */
  async reset(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const call = request(
        { host: this.host, port: this.port, method: 'POST', path: '/moto-api/reset', agent: false },
        (reply) => {
          reply.resume();
          reply.on('end', resolve);
        },
      );
      call.on('error', reject);
      call.end();
    });
  }

  /** The zones of the region. They never change. */
  async zones(): Promise<readonly Zone[]> {
    if (this.knownZones === undefined) {
      const reply = await this.call('ec2', 'DescribeAvailabilityZones', {});
      this.knownZones = entriesAt(reply, 'availabilityZoneInfo').map((zone) => ({
        name: textAt(zone, 'zoneName') ?? '',
        id: textAt(zone, 'zoneId') ?? '',
      }));
    }
    return this.knownZones;
  }

  /** The zone of each subnet, in the order asked. Throws InvalidSubnetID.NotFound. */
  async subnetZones(ids: readonly string[]): Promise<string[]> {
    const numbered = Object.fromEntries(ids.map((id, index) => [`SubnetId.${index + 1}`, id]));
    const reply = await this.call('ec2', 'DescribeSubnets', numbered);
    const zones = new Map(
      entriesAt(reply, 'subnetSet').map((subnet) => [textAt(subnet, 'subnetId'), textAt(subnet, 'availabilityZone')]),
    );
    return ids.map((id) => zones.get(id) ?? '');
  }
}
