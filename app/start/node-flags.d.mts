/** Flags of every Node process of the project whose folder is `root`; see node-flags.mjs. */
export function nodeFlags(root: string): string[];
