import type { Code } from '../../errors/codes.ts';

/** A named thing that is not as it should be, and what a person does about it. */
export interface Problem {
  readonly code: Code | string;
  readonly target: string;
  readonly message: string;
  readonly next: string;
}

/** How a recovery ended. `planned` is the end of a dry run whose plan could be executed. */
export type RecoveryResult =
  | { readonly status: 'recovered'; readonly summary: string }
  | { readonly status: 'planned'; readonly planHash: string; readonly summary: string }
  | { readonly status: 'refused'; readonly reason: Code | string; readonly message: string; readonly next: string }
  | { readonly status: 'partial'; readonly problems: readonly Problem[] }
  | {
      readonly status: 'cancelled';
      readonly reason: string;
      readonly undone: readonly string[];
      readonly left: readonly string[];
    };

export type RecoveryStatus = RecoveryResult['status'];

/** Exit codes of `rekindle start --wait` and `watch`; 1 is a failure of the run or of the tool. */
export const exitCodes: Readonly<Record<RecoveryStatus, number>> = {
  recovered: 0,
  planned: 0,
  refused: 2,
  partial: 3,
  cancelled: 4,
};
