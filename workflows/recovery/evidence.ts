/** Four different claims; none implies the next. */
export type Claim = 'restored' | 'bound' | 'ready' | 'consistent';

/** One checked claim. `unknown` is not success: a check without an answer leaves the claim unproved. */
export interface Evidence {
  readonly claim: Claim;
  readonly target: string;
  readonly outcome: 'proved' | 'disproved' | 'unknown';
  /** What was seen, with ids, counts and versions; never a value of a Secret. */
  readonly detail: string;
  /** The call that showed it, e.g. `GET persistentvolumeclaims`, `exec pg_isready`. */
  readonly source: string;
  /** What a person does about it where it is not proved; default: check it by hand. */
  readonly next?: string;
}
