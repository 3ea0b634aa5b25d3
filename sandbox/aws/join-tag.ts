/** The instances that a broken launch template launched carry this tag, with the value `never`: they must not become nodes. */
export const joinTag = 'sandbox.rekindle.io/join';
