/** The properties that have a value. Polaris tells "absent" from "undefined", its callers need not. */
export function given<Props extends object>(
  props: Props,
): { [Key in keyof Props]?: Exclude<Props[Key], undefined> } {
  const present = Object.entries(props).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Key in keyof Props]?: Exclude<Props[Key], undefined> };
}
