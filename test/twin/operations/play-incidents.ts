import { type FaultName, type FaultSettings, NO_FAULTS } from "../faults/fault-table.ts";
import {
  INCIDENT_NAMES,
  type IncidentName,
  incidentNamed,
  type IncidentPhase,
  type IncidentView,
} from "../faults/incidents.ts";
import type { OperationsContext } from "./context.ts";
import { removeSubscriptions } from "./fault-operations.ts";

/** Incidents that run, and how the latest of each ended. */
export type IncidentPlayer = {
  start(name: IncidentName, seconds?: number): IncidentView;
  stop(name: IncidentName): IncidentView;
  list(): IncidentView[];
  /** Ends what runs, so that a saved state holds no half-played incident. */
  close(): void;
};

type Run = {
  startedMs: number;
  endsMs: number;
  phase: IncidentPhase;
  /** What was set before, put back at the end. */
  before: Partial<FaultSettings>;
  timers: NodeJS.Timeout[];
};

/** Plays incidents on the real clock: each phase sets its faults, the end puts back what was there. */
export function createIncidentPlayer(context: OperationsContext): IncidentPlayer {
  const { faults, faultsChanged, stores, touched } = context;
  const runs = new Map<IncidentName, Run>();
  const endedAt = new Map<IncidentName, string>();

  const enter = (run: Run, phase: IncidentPhase) => {
    run.phase = phase;
    Object.assign(faults, phase.settings);
    if (phase.deletesSubscriptions) for (const store of stores.values()) removeSubscriptions(store);
    faultsChanged();
  };
  const stop = (name: IncidentName): IncidentView => {
    const run = runs.get(name);
    if (!run) return view(name);
    for (const timer of run.timers) clearTimeout(timer);
    runs.delete(name);
    endedAt.set(name, new Date().toISOString());
    Object.assign(faults, run.before);
    faultsChanged();
    return view(name);
  };
  const view = (name: IncidentName): IncidentView => {
    const { title, tells, seconds } = incidentNamed(name);
    const run = runs.get(name);
    const nowMs = Date.now();
    const running = run && {
      phase: run.phase.says,
      percent: Math.min(
        100,
        Math.round(((nowMs - run.startedMs) / (run.endsMs - run.startedMs)) * 100),
      ),
      secondsLeft: Math.max(0, Math.ceil((run.endsMs - nowMs) / 1000)),
    };
    return {
      name,
      title,
      tells,
      seconds,
      running: running ?? null,
      endedAt: endedAt.get(name) ?? null,
    };
  };

  return {
    start(name, asked) {
      stop(name);
      const { phases, seconds } = incidentNamed(name);
      const [first] = phases;
      if (!first) return view(name);
      const lengthMs = (asked ?? seconds) * 1000;
      const startedMs = Date.now();
      const before = settingsBefore(phases, faults);
      const run: Run = {
        startedMs,
        endsMs: startedMs + lengthMs,
        phase: first,
        before,
        timers: [],
      };
      runs.set(name, run);
      let share = 0;
      for (const phase of phases) {
        if (share === 0) enter(run, phase);
        else run.timers.push(setTimeout(() => enter(run, phase), share * lengthMs));
        share += phase.share;
      }
      run.timers.push(setTimeout(() => stop(name), lengthMs));
      touched();
      return view(name);
    },
    stop,
    list: () => INCIDENT_NAMES.map(view),
    close() {
      for (const name of [...runs.keys()]) stop(name);
    },
  };
}

/** The present values of everything the phases will set. */
function settingsBefore(phases: IncidentPhase[], faults: FaultSettings): Partial<FaultSettings> {
  const names = phases.flatMap((phase) => Object.keys(phase.settings) as FaultName[]);
  return Object.fromEntries(names.map((name) => [name, faults[name] ?? NO_FAULTS[name]]));
}
