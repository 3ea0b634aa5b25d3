/** What the controllers call themselves to AWS and to Kubernetes. */
export const userAgent = 'sandbox-controllers';
