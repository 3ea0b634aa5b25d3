/**
 * What kwok plays for nodes and pods. Three markers keep kwok's hands off, for a real thing plays the part:
 * - a pod with the annotation `databaseAnnotation` gets its status from the database runner, never from kwok;
 * - a Node with the annotation `deadNodeAnnotation: "true"` gets no status from kwok and is not renewed by it.
 */
export const databaseAnnotation = 'sandbox.rekindle.io/database';
export const deadNodeAnnotation = 'sandbox.rekindle.io/dead';
