import { z } from 'zod';
import { slugs } from '../../workflows/slugs.ts';
import { minutes, text } from './names.ts';

const mode = z.enum(['automatic', 'required']);

/** Who must approve what. A cluster's own policy, also its default, wins over the top-level one. */
export const approvalSchema = z.strictObject({
  default: mode.optional().describe('For every scenario that `byScenario` does not name. Built-in: required.'),
  byScenario: z.partialRecord(z.enum(slugs), mode).optional().describe('Approval by scenario.'),
  timeoutMinutes: minutes.optional().describe('An unanswered plan is refused after this time. Built-in: 60.'),
});

/** Whom to call, in the order of escalation. */
export const contactSchema = z
  .strictObject({
    name: text,
    role: text.optional().describe('For example: platform on-call, database owner.'),
    email: z.email('an e-mail address').optional(),
    phone: text.optional(),
    chat: text.optional().describe('Channel or handle.'),
    escalateAfterMinutes: minutes.optional().describe('Call this person when the recovery stands still for so long.'),
  })
  .refine((value) => value.email !== undefined || value.phone !== undefined || value.chat !== undefined, {
    message: 'at least one of email, phone and chat',
  });

export type ApprovalMode = z.infer<typeof mode>;
export type ApprovalPolicy = z.infer<typeof approvalSchema>;
export type Contact = z.infer<typeof contactSchema>;
