// Loaded before an entry (`node --import`): ends the process when the one that started it is gone, even
// by kill -9, so that nothing is left behind holding ports. Without a parent's channel it does nothing.
if (process.channel) {
  process.channel.unref();
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
}
