import { EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { awsConnection } from '../aws/connection.ts';
import { translateAwsError } from '../aws/translate.ts';
import { type CountedMachine, type QuotaRegion, type QuotaRegions, standardVcpus } from './port.ts';
import { countedMachine } from './translate.ts';

/** Most that DescribeInstances gives at once. */
const pageSize = 1_000;

/** The real Service Quotas and EC2; the clients of a region are made when first asked for. */
export function awsQuotaRegions(): QuotaRegions {
  const regions = new Map<string, QuotaRegion>();
  return {
    region(name) {
      const region = regions.get(name) ?? awsRegion(name);
      regions.set(name, region);
      return region;
    },
  };
}

function awsRegion(region: string): QuotaRegion {
  const quotas = new ServiceQuotasClient(awsConnection('servicequotas', region));
  const ec2 = new EC2Client(awsConnection('ec2', region));
  const call = async <Answer>(operation: string, target: string, run: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await run();
    } catch (error) {
      throw translateAwsError(error, { operation, target, region, effect: false });
    }
  };
  return {
    standardVcpus: (signal) =>
      call('Service Quotas GetServiceQuota', standardVcpus, async () => {
        const command = new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: standardVcpus });
        const { Quota } = await quotas.send(command, during(signal));
        if (Quota?.Value === undefined) throw new RekindleError('not-found', `no value of quota ${standardVcpus}`);
        return Quota.Value;
      }),
    machines: (signal) =>
      call('EC2 DescribeInstances', 'all instances', async () => {
        const machines: CountedMachine[] = [];
        for await (const page of paginateDescribeInstances({ client: ec2, pageSize }, {}, during(signal))) {
          for (const { Instances = [] } of page.Reservations ?? []) machines.push(...Instances.map(countedMachine));
        }
        return machines;
      }),
  };
}

function during(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
