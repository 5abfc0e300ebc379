import type { DeadLetter } from "#app/delivery/types.ts";

/** Why something is a dead letter, and what to do before pressing Replay. */
export interface Cause {
  readonly title: string;
  readonly advice: string;
}

const causesByStatus: readonly {
  readonly test: (status: number) => boolean;
  readonly cause: Cause;
}[] = [
  {
    test: (status) => status === 401 || status === 403,
    cause: {
      title: "The system did not let Converge in",
      advice:
        "Check that the system has the signing secret you were shown when you connected it, then replay.",
    },
  },
  {
    test: (status) => status === 404 || status === 405,
    cause: {
      title: "Wrong address",
      advice:
        "Nothing at this address takes changes. Connect the system again with the right address.",
    },
  },
  {
    test: (status) => status === 410,
    cause: {
      title: "The system said it is gone for good",
      advice:
        "Converge stopped sending to it. Resume the system once its address takes changes again, then replay.",
    },
  },
  {
    test: (status) => status === 413,
    cause: {
      title: "The change is too big for the system",
      advice: "Let the system accept bigger messages, then replay.",
    },
  },
  {
    test: (status) => status === 429 || status === 503,
    cause: {
      title: "The system was too busy",
      advice:
        "Replay when it has caught up. If this happens often, connect it with a lower sending rate.",
    },
  },
  {
    test: (status) => status >= 300 && status < 400,
    cause: {
      title: "The address forwards to another one",
      advice:
        "For safety Converge does not follow. Connect the system again with the final address.",
    },
  },
  {
    test: (status) => status >= 500 || status === 408,
    cause: {
      title: "The system had a fault of its own",
      advice: "Ask whoever runs it, or try a test event. When it answers again, replay.",
    },
  },
  {
    test: () => true,
    cause: {
      title: "The system rejected this change",
      advice:
        "It will say why in its own log. Correct the record there or in Shopify, then replay, or discard if it is no longer needed.",
    },
  },
];

const unreachable: Cause = {
  title: "The system could not be reached",
  advice: "Check that it is running and that its address is right, then replay.",
};

const tooSlow: Cause = {
  title: "The system did not answer in time",
  advice: "Replay when it is faster, or connect it with a longer time to answer.",
};

const privateAddress: Cause = {
  title: "The address is private",
  advice:
    "Converge sends to addresses on the public internet only. Connect the system again with a public address.",
};

const unreadable: Cause = {
  title: "Converge could not read this message",
  advice:
    "Shopify sent something unexpected. Look at the event; replay it after an update of Converge, or discard it if the record looks right.",
};

/** Which cause a dead letter has, in a merchant's words. */
export function causeOf(letter: Pick<DeadLetter, "kind" | "httpStatus" | "reason">): Cause {
  if (letter.kind === "event") return unreadable;
  const status = letter.httpStatus;
  if (status !== null) {
    return causesByStatus.find(({ test }) => test(status))?.cause ?? unreachable;
  }
  if (/private address|is private/i.test(letter.reason)) return privateAddress;
  if (/in time|within \d+ ms|timed? ?out/i.test(letter.reason)) return tooSlow;
  return unreachable;
}
