/** Names come from URLs too: "constructor" is no word of ours. */
export function ownWord(words: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined;
}
