/** Encryption that anybody can open with the standard `age` tool and the right identity. */
export interface AgeFiles {
  /** Armored: text of ASCII characters. */
  encrypt(text: string, recipients: readonly string[]): Promise<string>;
  /** Rejects when no identity fits. */
  decrypt(armored: string, identities: readonly string[]): Promise<string>;
}
