/** A group of stores as its members see it. Times RFC 3339. */
export interface StoreGroupView {
  readonly id: string;
  readonly name: string;
  /** In the order in which they joined. */
  readonly shops: readonly string[];
  readonly createdAt: string;
}

/** The pool location that every group has: what names none means this one. */
export const defaultPoolLocation = "default";

/** Stands for a location: the one where a store has most of an article. */
export const whereMost = "most";

/** A place where a group keeps stock, with pools of its own, as one of its stores sees it. */
export interface PoolLocationView {
  readonly id: string;
  readonly name: string;
  /**
   * At which of its locations, a gid, this store shows the pools; `whereMost` (of the default one
   * only): where it has most of an article; null: nowhere.
   */
  readonly shownAt: string | null;
}

/** What became of the word of a pool's owner. Times RFC 3339. */
export interface PoolChangeView {
  readonly status: "applied" | "conflict" | "superseded" | "dead";
  readonly reason: string | null;
  readonly systemId: string;
  readonly settledAt: string;
}

export const bufferModes = ["fixed", "percent", "auto"] as const;
export type BufferMode = (typeof bufferModes)[number];

/**
 * A time in which more is kept back: RFC 3339, its end outside, and how many times as much. Where several
 * overlap, the one with the most counts.
 */
export interface PeakWindow {
  readonly from: string;
  readonly to: string;
  readonly factor: number;
}

/**
 * How much is kept back: of an article, of a collection's articles or of all; everywhere in the group,
 * in one store, or at one of its locations. What is left out does not narrow the rule.
 */
export interface BufferRule {
  readonly groupId: string;
  /** Null: of all articles. */
  readonly sku: string | null;
  readonly mode: BufferMode;
  /** fixed: units. percent: of the pool. auto: the percentage of times it may be too little. */
  readonly value: number;
  readonly peakWindows: readonly PeakWindow[];
  /** Units that are kept back at least, whatever else the rule works out. */
  readonly floor?: number;
  /** The highest of those that hold for a place decides. Left out: 0. */
  readonly priority?: number;
  /** The store of the group in which the rule holds. */
  readonly shop?: string;
  /** The location of that store at which it holds. */
  readonly locationId?: string;
  /** It is about the articles of this collection of a store of the group. */
  readonly collectionId?: string;
  /** From when on it holds, RFC 3339; before that, the next one does. */
  readonly activeFrom?: string;
  /** From when on it holds no more, RFC 3339. */
  readonly activeUntil?: string;
}

/**
 * held: promised until it expires. confirmed: for good. consumed: the order it was for took the units.
 * released, expired: over.
 */
export const holdStatuses = ["held", "confirmed", "consumed", "released", "expired"] as const;
export type HoldStatus = (typeof holdStatuses)[number];

export const holdAnswers = ["acknowledged", "refused"] as const;
export type HoldAnswer = (typeof holdAnswers)[number];

/** One of those who have to agree to a hold, and what it said. */
export interface Participant {
  readonly systemId: string;
  readonly answer: HoldAnswer | null;
}

/** A hold as its store, its group and its participants see it. Times RFC 3339. */
export interface HoldView {
  readonly id: string;
  readonly groupId: string | null;
  /** The store it was placed in, whose units are moved to reserved. */
  readonly shop: string;
  readonly sku: string;
  /** Where the group keeps the units; null: it has no group, or keeps stock there no more. */
  readonly poolLocation: string | null;
  readonly quantity: number;
  readonly reference: string;
  readonly autoConfirm: boolean;
  readonly status: HoldStatus;
  /** Why it is over, for the merchant; null while it is not. */
  readonly reason: string | null;
  readonly participants: readonly (Participant & { readonly answeredAt: string | null })[];
  /** Units in reserved in Shopify right now. */
  readonly reserved: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly decidedAt: string | null;
  /** The order that took the units; null: none did. */
  readonly orderId: string | null;
}

/** What buffer rules would lead to. An article is a SKU, at however many pool locations it is kept. */
export interface BufferPreview {
  /** Articles of which more or less would be kept back, of one pool and in one store at least. */
  readonly articles: number;
  /** Of these, those of which some store would show none any more, at all its places together, and does now. */
  readonly unavailable: number;
  /** Of these, those of which some store would show some again, and shows none now. */
  readonly available: number;
  /**
   * Units of all pools together, so that an article counts with what is kept back of it at each pool
   * location: of each pool, the most that is kept back of it in any store.
   */
  readonly keptBack: number;
}

/**
 * How a store stands to a pool. absent: it has no one such article. counting: it is being read.
 * behind: a write is on its way, or waits for fresh evidence. refused: Shopify does not take it.
 */
export const poolLevelStates = ["current", "behind", "counting", "refused", "absent"] as const;

/** What one store shows of a pool. Times RFC 3339. */
export interface PoolLevelView {
  readonly shop: string;
  /** Where in the store it is shown; null: nowhere. */
  readonly locationId: string | null;
  /** What is available there, as counted or written last; null: not read yet. */
  readonly shown: number | null;
  /** In its hands then, sold and held units included. */
  readonly onHand: number | null;
  /** What this store does not show of the pool. */
  readonly buffer: number;
  /** What it is to show. */
  readonly sellable: number;
  readonly state: (typeof poolLevelStates)[number];
  /** How the last write ended: applied, moved on, or Shopify's refusal. */
  readonly lastWrite: string | null;
  readonly writtenAt: string | null;
  readonly readAt: string | null;
}

/** One article's stock, as its stores share it. */
export interface PoolView {
  readonly id: string;
  readonly sku: string;
  /** False: it is what this store has in Shopify. */
  readonly shared: boolean;
  /** Of those of the group; null: it has no group. */
  readonly poolLocationId: string | null;
  readonly quantity: number;
  readonly held: number;
  /** What no store shows; one with a rule of its own may show more or less. */
  readonly buffer: number;
  /** What stores show that have no rule of their own: the pool less what is held and kept back. */
  readonly sellable: number;
  readonly stores: readonly PoolLevelView[];
}

export const ledgerKinds = ["set", "sale", "return", "edit", "hold", "release", "consume"] as const;

/** What moved a pool. */
export interface LedgerEntryView {
  readonly seq: number;
  readonly kind: (typeof ledgerKinds)[number];
  /** Of what there is. */
  readonly delta: number;
  /** Of what is held. */
  readonly heldDelta: number;
  readonly before: number;
  readonly after: number;
  /** Null: in no store, or one that was forgotten. */
  readonly shop: string | null;
  readonly note: string | null;
  readonly correlationId: string | null;
  readonly at: string;
}

/**
 * How a store stands to an article of its group. doubt: somebody has to say which of its articles it
 * is. absent: it has none that is like it. apart: it keeps its own stock of it.
 */
export const linkStates = ["doubt", "linked", "absent", "apart"] as const;
export type LinkState = (typeof linkStates)[number];

/**
 * Why it is not certain which article is meant. sku_twice: several carry the SKU. other_barcode: the
 * one that does has another barcode. other_sku: one has the barcode, under another SKU.
 * barcode_twice: several have the barcode, and none the SKU.
 */
export const linkDoubts = ["sku_twice", "other_barcode", "other_sku", "barcode_twice"] as const;
export type LinkDoubt = (typeof linkDoubts)[number];

/** An article of a store, by what it can be told from others. */
export interface LinkedArticle {
  /** The inventory item's gid. */
  readonly itemId: string;
  /** Empty: it has none. */
  readonly sku: string;
  /** Null: it has none, or none is known. */
  readonly barcode: string | null;
  /** Of its product; null: Shopify has not told of it. */
  readonly title: string | null;
}

/** An article of a group, and which article of one store it is. */
export interface LinkView {
  readonly poolId: string;
  readonly sku: string;
  readonly state: LinkState;
  readonly reason: LinkDoubt | null;
  /** The store's article that shows it; null: none does. */
  readonly article: LinkedArticle | null;
  /** Of a doubt: those it may be. */
  readonly candidates: readonly LinkedArticle[];
  /** What the other stores of the group have. */
  readonly others: readonly (Omit<LinkedArticle, "title"> & { readonly shop: string })[];
}

/** An article that stores may sell twice. */
export interface ExposedArticle {
  readonly poolId: string;
  readonly sku: string;
  readonly poolLocationId: string;
  /** To be expected before stores hear of each other's sales; not whole. */
  readonly units: number;
  readonly unitsPerSecond: number;
  /** What the store shows that shows most, and what is kept back there. */
  readonly sellable: number;
  readonly buffer: number;
}

/** How much the stores of a group are about to sell twice. */
export interface ExposureView {
  readonly units: number;
  /** Articles these are of. */
  readonly articles: number;
  /** How long a sale takes to lower the other stores. */
  readonly lagSeconds: number;
  /** False: it was not measured yet. */
  readonly measured: boolean;
  readonly worst: readonly ExposedArticle[];
}

/** Which orders a rule is about. */
export type OrderCondition =
  /** Total of at least so much, in the store's currency as the rule names it. */
  | { readonly kind: "total"; readonly atLeast: string; readonly currency: string }
  /** Any of these is among its articles. */
  | { readonly kind: "sku"; readonly skus: readonly string[] }
  /** It has any of these tags. */
  | { readonly kind: "tag"; readonly tags: readonly string[] };

export const orderConditionKinds = ["total", "sku", "tag"] as const;

/** What becomes of an order about which not everybody answered in time: it stays held, or is shipped. */
export const silencePolicies = ["keep", "release"] as const;
export type SilencePolicy = (typeof silencePolicies)[number];

/** Orders that are not shipped before some systems have agreed. */
export interface OrderHoldRule {
  /** Lower case letters, digits and hyphens: it is part of the hold's handle in Shopify. */
  readonly name: string;
  readonly when: OrderCondition;
  /** Ids of systems. */
  readonly participants: readonly string[];
  readonly ttlSeconds: number;
  readonly onSilence: SilencePolicy;
}

/**
 * held: waits for its participants. confirmed: they agreed. refused: one did not. expired: its time was
 * up. released: by the merchant. cancelled: there is no such order any more. failed: Shopify did not
 * hold it.
 */
export const orderHoldStatuses = [
  "held",
  "confirmed",
  "refused",
  "expired",
  "released",
  "cancelled",
  "failed",
] as const;
export type OrderHoldStatus = (typeof orderHoldStatuses)[number];

/** An order that is kept from being shipped, or was. Times RFC 3339. */
export interface OrderHoldView {
  readonly id: string;
  readonly shop: string;
  readonly orderId: string;
  readonly rule: string;
  /** The order's name, like #1001. */
  readonly reference: string;
  readonly status: OrderHoldStatus;
  /** Why it is over, for the merchant; null while it is not. */
  readonly reason: string | null;
  /** Shopify keeps it from being shipped, or is about to. */
  readonly keptBack: boolean;
  readonly participants: HoldView["participants"];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly decidedAt: string | null;
}

/** Units that a store sold of a pool in one hour, which RFC 3339 names by its beginning. */
export interface SoldInHour {
  readonly shop: string;
  readonly at: string;
  readonly units: number;
}
