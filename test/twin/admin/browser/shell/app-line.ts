import {
  type AdminEvents,
  type AppEvents,
  type AppRequests,
  CHANNEL,
  isPacket,
  type Packet,
} from "../protocol.ts";

/** The line to the app in the frame. */
export interface AppLine {
  send<Type extends keyof AdminEvents>(type: Type, payload: AdminEvents[Type]): void;
  on<Type extends keyof AppEvents>(type: Type, listener: (payload: AppEvents[Type]) => void): void;
  answer<Type extends keyof AppRequests>(
    type: Type,
    respond: (input: AppRequests[Type]["input"]) => Promise<AppRequests[Type]["output"]>,
  ): void;
}

/**
 * Listens to the frame. Session tokens cross this line, so only messages from that frame while it
 * shows a page of `appOrigin` are answered, and answers go to that origin alone.
 */
export function createAppLine(frame: HTMLIFrameElement, appOrigin: string): AppLine {
  const listeners = new Map<string, (payload: never) => void>();
  const responders = new Map<string, (input: never) => Promise<unknown>>();
  const post = (packet: Omit<Packet, "channel">) =>
    frame.contentWindow?.postMessage({ channel: CHANNEL, ...packet }, appOrigin);

  async function respond(packet: Packet): Promise<void> {
    const replyTo = packet.id ?? 0;
    const { type } = packet;
    try {
      const responder = responders.get(type);
      if (!responder) throw new Error(`the admin does not know the request ${type}`);
      post({ type, replyTo, payload: await responder(packet.payload as never) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      post({ type, replyTo, payload: null, error: message });
    }
  }

  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source !== frame.contentWindow || event.origin !== appOrigin) return;
    if (!isPacket(event.data)) return;
    if (event.data.id !== undefined) void respond(event.data);
    else listeners.get(event.data.type)?.(event.data.payload as never);
  });

  return {
    send: (type, payload) => void post({ type, payload }),
    on: (type, listener) => void listeners.set(type, listener),
    answer: (type, responder) => void responders.set(type, responder),
  };
}
