import { expect, it } from "vitest";
import { systemsWords, waitingWords } from "#app/routes/app._index/standing.tsx";

it.each([
  [{ healthy: 1 }, "The system is well"],
  [{ healthy: 1, quiet: 1 }, "Both systems are well"],
  [{ healthy: 5 }, "All 5 systems are well"],
  [{ healthy: 2, failing: 1 }, "2 of 3 systems well, 1 failing"],
  [{ paused: 1, disabled: 1 }, "0 of 2 systems well, 1 disabled, 1 paused"],
])("systems that are %j are said to be so: %s", (health, words) => {
  const total = Object.values(health).reduce((sum, count) => sum + count, 0);
  expect(systemsWords(health, total)).toBe(words);
});

it.each([
  [0, 0, "No change waits."],
  [1, 0.2, "1 change is on its way."],
  [2, 0, "2 changes are on their way."],
  [1, 30, "1 change waits, the oldest for 30 s."],
  [22, 30, "22 changes wait, the oldest for 30 s."],
])("%i changes of which the oldest waits for %f s", (count, oldestSeconds, words) => {
  expect(waitingWords({ count, oldestSeconds })).toBe(words);
});
