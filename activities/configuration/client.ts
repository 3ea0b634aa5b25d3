import { armor, Decrypter, Encrypter } from 'age-encryption';
import type { AgeFiles } from './port.ts';

/** By the reference implementation in TypeScript. */
export const ageFiles: AgeFiles = {
  async encrypt(text, recipients) {
    const encrypter = new Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    return armor.encode(await encrypter.encrypt(text));
  },
  async decrypt(armored, identities) {
    const decrypter = new Decrypter();
    for (const identity of identities) decrypter.addIdentity(identity);
    return decrypter.decrypt(armor.decode(armored), 'text');
  },
};
