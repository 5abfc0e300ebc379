import {
  type AdminEvents,
  type AppEvents,
  type AppRequests,
  CHANNEL,
  isPacket,
  type Packet,
} from "../protocol.ts";

/** The line to the admin around the app's frame. */
export interface Connection {
  send<Type extends keyof AppEvents>(type: Type, payload: AppEvents[Type]): void;
  /** Resolves with the admin's answer, rejects with its refusal. */
  request<Type extends keyof AppRequests>(
    type: Type,
    input: AppRequests[Type]["input"],
  ): Promise<AppRequests[Type]["output"]>;
  on<Type extends keyof AdminEvents>(
    type: Type,
    listener: (payload: AdminEvents[Type]) => void,
  ): void;
}

/** Connects to the parent window; only messages from it, at `adminOrigin`, are believed. */
export function connect(adminOrigin: string): Connection {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners = new Map<string, ((payload: never) => void)[]>();
  let lastId = 0;

  const post = (packet: Omit<Packet, "channel">) =>
    window.parent.postMessage({ channel: CHANNEL, ...packet }, adminOrigin);

  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || event.origin !== adminOrigin) return;
    if (!isPacket(event.data)) return;
    const { replyTo, type, payload, error } = event.data;
    if (replyTo === undefined) {
      for (const listener of listeners.get(type) ?? []) listener(payload as never);
      return;
    }
    const answer = waiting.get(replyTo);
    waiting.delete(replyTo);
    if (error === undefined) answer?.resolve(payload);
    else answer?.reject(new Error(error));
  });

  return {
    send: (type, payload) => post({ type, payload }),
    request(type, input) {
      lastId += 1;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(lastId, answer);
      post({ type, payload: input, id: lastId });
      return answer.promise as Promise<AppRequests[typeof type]["output"]>;
    },
    on(type, listener) {
      listeners.set(type, [...(listeners.get(type) ?? []), listener]);
    },
  };
}
