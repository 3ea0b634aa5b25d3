/** The account that every caller acts for. */
export const accountId = '123456789012';
/** The account that foreign snapshots are seeded for. */
export const otherAccountId = '999988887777';
/** The region whose calls get AWS's semantics; calls for another region go to moto as they are. */
export const homeRegion = 'us-east-1';
