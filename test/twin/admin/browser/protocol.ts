/** What App Bridge (in the app's frame) and the admin (around it) say to each other. */

/** Marks the messages of this protocol among all others a window gets. */
export const CHANNEL = "twin-app-bridge";

export interface NavLink {
  label: string;
  path: string;
}

/** A button or link that the admin shows and the app acts on; `key` names it in the answer. */
export interface BarAction {
  key: string;
  label: string;
  primary: boolean;
  critical: boolean;
  disabled: boolean;
  loading: boolean;
}

export interface TitleBar {
  title: string;
  actions: BarAction[];
}

export interface SaveBar {
  save: BarAction | null;
  discard: BarAction | null;
  confirmDiscard: boolean;
}

export interface Toast {
  id: string;
  message: string;
  isError: boolean;
  durationMs: number;
  action: string | null;
}

export interface ScopeSets {
  granted: string[];
  required: string[];
  optional: string[];
}

/** From the app; no answer. */
export interface AppEvents {
  /** The app's present path with query and hash. */
  location: { path: string };
  loading: { on: boolean };
  toast: Toast;
  hideToast: { id: string };
  navigation: { links: NavLink[] };
  titleBar: TitleBar | null;
  saveBar: SaveBar | null;
  /** Leave the frame: an admin address, or any other to open at the top. */
  redirect: { url: string; newTab: boolean };
}

/** From the app; the admin answers each. */
export interface AppRequests {
  idToken: { input: null; output: string };
  /** Resolves when there is nothing unsaved, or the merchant agrees to lose it. */
  leaveConfirmation: { input: null; output: null };
  scopes: { input: { request: string[]; revoke: string[] }; output: ScopeSets };
}

/** From the admin. */
export interface AdminEvents {
  navigate: { path: string };
  barAction: { key: string };
  toastAction: { id: string };
  toastDismissed: { id: string };
}

/** One message as it crosses the frame. `replyTo` answers the request with that `id`. */
export interface Packet {
  channel: typeof CHANNEL;
  type: string;
  payload: unknown;
  id?: number;
  replyTo?: number;
  error?: string;
}

/** Whether a message event carries a packet of this protocol. */
export function isPacket(data: unknown): data is Packet {
  return typeof data === "object" && data !== null && "channel" in data && data.channel === CHANNEL;
}
