/** Fetches files by the addresses that Velero signs. */
export interface SignedFiles {
  /** The bytes, or null when nothing is stored there. Throws RekindleError, or an AbortError of the signal. */
  fetch(url: string, signal: AbortSignal): Promise<Buffer | null>;
}
