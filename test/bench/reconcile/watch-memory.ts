const everyMs = 20;

/** Notes this process's resident memory until asked; bytes. */
export function watchMemory(): () => { readonly baseline: number; readonly peak: number } {
  const baseline = process.memoryUsage.rss();
  let peak = baseline;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, everyMs);
  return () => {
    clearInterval(timer);
    look();
    return { baseline, peak };
  };
}
