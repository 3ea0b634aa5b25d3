const substitute = new URL('./outside-temporal.ts', import.meta.url).href;

export async function resolve(specifier, context, next) {
  const ours = specifier === '@temporalio/workflow' && context.parentURL?.includes('/workflows/');
  return ours ? { url: substitute, shortCircuit: true } : next(specifier, context);
}
