import { formatTarget } from "../format/duration.ts";
import type { Tick } from "./axis.ts";

/** How tall an age stands in a chart, and what the line of ages says at a moment. Pure. */

/** One corner of the line of ages. Two corners at one moment are a drop; null: from here on nothing is known. */
export interface AgeCorner {
  readonly atMs: number;
  readonly seconds: number | null;
}

/** A stretch of time. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where ages stand, as shares of the plot's height. */
export interface AgeScale {
  readonly positionOf: (seconds: number) => number;
  readonly ticks: readonly Tick[];
  /** Drawn by square roots: an outage of hours and a promise of a minute fit on one picture. */
  readonly compressed: boolean;
}

/** Ages a person would name. */
const steps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400,
  172_800, 432_000, 864_000, 2_592_000, 7_776_000, 31_536_000,
] as const;

/** As many times the breach as an even scale still shows the breach well. */
const evenUpTo = 6;
/** Labels closer than this share of the height would touch. */
const leastApart = 0.13;

/** A scale from 0 that holds the highest age and the breach with some air above. */
export function ageScale(mostSeconds: number, breachSeconds: number): AgeScale {
  const top = Math.max(mostSeconds, breachSeconds * 1.25) * 1.05;
  const compressed = top > breachSeconds * evenUpTo;
  const shape = compressed ? Math.sqrt : (seconds: number) => seconds;
  const positionOf = (seconds: number) => Math.min(1, shape(Math.max(0, seconds)) / shape(top));
  const marks = compressed ? spreadMarks(top, positionOf) : evenMarks(top);
  return {
    positionOf,
    compressed,
    ticks: marks.map((seconds) => ({
      position: positionOf(seconds),
      label: seconds === 0 ? "0" : formatTarget(seconds),
    })),
  };
}

function evenMarks(top: number): number[] {
  const step = steps.find((each) => top / each <= 5) ?? top / 5;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, n) => n * step);
}

/** From the top down, so that the highest mark is near the highest age. */
function spreadMarks(top: number, positionOf: (seconds: number) => number): number[] {
  const marks: number[] = [];
  for (const step of steps.filter((each) => each <= top).reverse()) {
    const above = marks[0];
    const fits = above === undefined || positionOf(above) - positionOf(step) >= leastApart;
    if (fits && positionOf(step) >= leastApart) marks.unshift(step);
  }
  return [0, ...marks];
}

/** A straight rise is no straight line on a compressed scale: so many pieces follow the curve. */
const piecesOfARise = 12;

/** The line with further corners in its long rises, so that it can be drawn on a compressed scale. */
export function bendRises(corners: readonly AgeCorner[]): readonly AgeCorner[] {
  return corners.flatMap((corner, index) => {
    const next = corners[index + 1];
    if (!next || corner.seconds === null || next.seconds === null) return [corner];
    if (next.atMs === corner.atMs) return [corner];
    const { atMs, seconds } = corner;
    const rise = next.seconds - seconds;
    return Array.from({ length: piecesOfARise }, (_, n) => ({
      atMs: atMs + ((next.atMs - atMs) * n) / piecesOfARise,
      seconds: seconds + (rise * n) / piecesOfARise,
    }));
  });
}

/** The age at a moment, between the corners around it; null where nothing is known. */
export function ageAt(corners: readonly AgeCorner[], atMs: number): number | null {
  const after = corners.findIndex((corner) => corner.atMs > atMs);
  const before = corners[after === -1 ? corners.length - 1 : after - 1];
  if (before === undefined || before.seconds === null) return null;
  const next = after === -1 ? undefined : corners[after];
  if (next === undefined) return before.atMs === atMs ? before.seconds : null;
  if (next.seconds === null) return before.seconds;
  const share = (atMs - before.atMs) / (next.atMs - before.atMs);
  return before.seconds + (next.seconds - before.seconds) * share;
}

/**
 * When reads were due that did not land: one mark for each hole between two reads (or up to now), where
 * a read comes every so often. A read may be late by its own distance before it counts as missed.
 */
export function missedLoads(
  loadsMs: readonly number[],
  everySeconds: number,
  nowMs: number,
): readonly number[] {
  const everyMs = everySeconds * 1_000;
  return loadsMs.flatMap((loadMs, index) => {
    const next = loadsMs[index + 1] ?? nowMs;
    return next - loadMs > 2 * everyMs ? [loadMs + everyMs] : [];
  });
}

/** How long the spans are together, in seconds, counting only what lies within the window. */
export function secondsWithin(spans: readonly Span[], window: Span): number {
  const ms = spans.reduce((sum, span) => sum + lengthWithin(span, window), 0);
  return ms / 1_000;
}

/** The highest age within a stretch; null where nothing is known of it. */
export function highestWithin(corners: readonly AgeCorner[], span: Span): number | null {
  const inside = corners.filter(({ atMs }) => atMs >= span.fromMs && atMs <= span.toMs);
  const ages = [
    ...inside.map(({ seconds }) => seconds),
    ageAt(corners, span.fromMs),
    ageAt(corners, span.toMs),
  ].filter((seconds) => seconds !== null);
  return ages.length === 0 ? null : Math.max(...ages);
}

/** The longest of the spans, in seconds, counting only what lies within the window. */
export function longestWithin(spans: readonly Span[], window: Span): number {
  return Math.max(0, ...spans.map((span) => lengthWithin(span, window))) / 1_000;
}

function lengthWithin(span: Span, window: Span): number {
  return Math.max(0, Math.min(span.toMs, window.toMs) - Math.max(span.fromMs, window.fromMs));
}
