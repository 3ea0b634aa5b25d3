/** What runs can be found by. The types are those of Temporal's visibility store; Keyword has ten slots in SQL stores. */
export const searchAttributes: Readonly<
  Record<string, 'Keyword' | 'KeywordList' | 'Datetime' | 'Int' | 'Double' | 'Bool' | 'Text'>
> = {};
