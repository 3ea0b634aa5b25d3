let title: string | null = null;

/** Names what the recovery is doing; each activity that starts from now on carries it as its summary in the Temporal UI. */
export function doing(what: string): void {
  title = what;
}

export function currentStep(): string | null {
  return title;
}
