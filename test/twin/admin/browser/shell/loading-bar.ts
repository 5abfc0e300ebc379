/** An app that forgets to say it is done must not leave the bar there for ever. */
const MAX_MS = 15_000;

/** The thin bar at the top of the admin while an app is busy. */
export function createLoadingBar(bar: HTMLElement) {
  let giveUp: ReturnType<typeof setTimeout> | undefined;
  const set = (on: boolean): void => {
    clearTimeout(giveUp);
    bar.hidden = !on;
    if (on) giveUp = setTimeout(() => set(false), MAX_MS);
  };
  return { set };
}
