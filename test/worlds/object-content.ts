interface Versioned {
  readonly metadata?: {
    readonly resourceVersion?: string;
    readonly managedFields?: readonly { readonly subresource?: string }[];
  };
  readonly status?: unknown;
}

/**
 * What a person or a tool wrote into an object, as text: equal means that nobody wrote in between, a change that was taken back
 * included (managedFields tells when each writer wrote). What controllers tell about it is left out: the status, with its writers,
 * and the version that moves with it.
 */
export function objectContent(object: object): string {
  const { status: _status, metadata = {}, ...rest } = object as Versioned;
  const { resourceVersion: _version, managedFields = [], ...own } = metadata;
  const writers = managedFields.filter(({ subresource }) => subresource !== 'status');
  return JSON.stringify({ ...rest, metadata: { ...own, managedFields: writers } });
}
