/** What the faults have in common that strike AWS calls by rule. */
import { FaultKind, type FaultRule, type FaultTarget } from '../aws/admin-client.ts';
import { frontAdmin } from '../aws/parts.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Fault, FaultParameter, FaultParameters } from './fault.ts';

export { FaultKind };

/** The parameters that name the calls. `--count 0` means until healed. */
export function targetParameters(defaults: { readonly action: string; readonly count: string }): FaultParameter[] {
  return [
    { name: 'service', summary: 'ec2, autoscaling, s3, sts or all', default: 'all' },
    { name: 'action', summary: 'one action, or a beginning with a star such as Describe*', default: defaults.action },
    { name: 'count', summary: 'how many calls it strikes; 0: until healed', default: defaults.count },
    { name: 'probability', summary: 'share of the calls that it strikes, 0 to 1', default: '1' },
    { name: 'caller', summary: 'strikes only callers whose user agent contains this', default: '' },
  ];
}

/** A parameter that must be a number from 0 on. */
export function numberOf(parameters: FaultParameters, name: string): number {
  const value = Number(parameters[name]);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} must be a number, not ${parameters[name]}`);
  return value;
}

export function readTarget(parameters: FaultParameters): FaultTarget {
  const { service, action = '*', caller } = parameters;
  const count = numberOf(parameters, 'count');
  const probability = numberOf(parameters, 'probability');
  if (probability > 1) throw new Error(`--probability must be at most 1, not ${probability}`);
  return {
    ...(service && service !== 'all' && { service }),
    ...(action !== '*' && { action }),
    ...(count > 0 && { remaining: count }),
    ...(probability < 1 && { probability }),
    ...(caller && { userAgent: caller }),
  };
}

/** Puts the rule in the place of an earlier one of its kind that aims at the same action. */
export async function breakByRule(sandbox: Sandbox, rule: Omit<FaultRule, 'id'>): Promise<void> {
  const admin = frontAdmin(sandbox.context);
  const { rules } = await admin.faults();
  for (const known of rules) {
    if (known.kind === rule.kind && known.action === rule.action && known.service === rule.service)
      await admin.removeFault(known.id);
  }
  await admin.addFault(rule);
}

export async function healRules(sandbox: Sandbox, kind: FaultKind): Promise<void> {
  await frontAdmin(sandbox.context).removeFaults(kind);
}

/** `the next 5 CreateVolume calls to ec2`, for the sentence that a fault returns. */
export function targetInWords(target: FaultTarget): string {
  const calls = `${target.action ?? 'AWS'} calls${target.service ? ` to ${target.service}` : ''}`;
  const share = target.probability === undefined ? '' : ` (each with probability ${target.probability})`;
  return target.remaining === undefined
    ? `all ${calls}${share} until healed`
    : `the next ${target.remaining} ${calls}${share}`;
}

export interface RuleFault extends Pick<Fault, 'name' | 'summary'> {
  readonly kind: FaultKind;
  /** Default of what it strikes, as in `targetParameters`. */
  readonly strikes: { readonly action: string; readonly count: string };
  /** Parameters beside those of the target, and what they put into the rule. */
  readonly parameters?: readonly FaultParameter[];
  readonly rule?: (parameters: FaultParameters) => Partial<Omit<FaultRule, 'id' | 'kind'>>;
  /** The sentence that `break` returns; `calls` is the target in words. */
  done(parameters: FaultParameters, calls: string): string;
  readonly healed: string;
}

/** A fault that is one rule of the front, and nothing else. */
export function ruleFault({
  name,
  kind,
  summary,
  strikes,
  parameters: own = [],
  rule,
  done,
  healed,
}: RuleFault): Fault {
  return {
    name,
    summary,
    parameters: [...targetParameters(strikes), ...own],
    async break(sandbox, parameters) {
      const target = readTarget(parameters);
      await breakByRule(sandbox, { ...target, ...rule?.(parameters), kind });
      return done(parameters, targetInWords(target));
    },
    async heal(sandbox) {
      await healRules(sandbox, kind);
      return healed;
    },
  };
}
