/** What the environment asks of output for people: NO_COLOR, and a terminal that can do nothing. */
export function terminalWishes(variables: NodeJS.ProcessEnv = process.env): { readonly colour: boolean } {
  return { colour: (variables.NO_COLOR ?? '') === '' && variables.TERM !== 'dumb' };
}
