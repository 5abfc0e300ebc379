/** The control page: keeps what is shown up to date and sends what people ask for. */
import type { LedgerPage, StoreSummary } from "../../../types.ts";
import type { FaultSettings } from "../../../faults/fault-table.ts";
import type { IncidentView } from "../../../faults/incidents.ts";
import type { FlashSaleView } from "../../../operations/flash-sale.ts";
import type { DemoSystemView } from "../../demo-systems.ts";
import { startActing } from "./act.ts";
import { startFaults } from "./faults.ts";
import { startFlashSale } from "./flash-sale.ts";
import { startIncidents } from "./incidents.ts";
import { showLedger } from "./ledger.ts";
import { part } from "./page.ts";
import { startSystems } from "./systems.ts";
import { startTraffic } from "./traffic.ts";

interface ControlState {
  stores: StoreSummary[];
  faults: FaultSettings;
  incidents: IncidentView[];
  flashSale: FlashSaleView | null;
  ledger: LedgerPage;
  demoSystems: DemoSystemView[];
}

const REFRESH_MS = 1_000;

const showTraffic = startTraffic(refresh);
const showSystems = startSystems(refresh);
const showFaults = startFaults();
const showIncidents = startIncidents(refresh);
const showFlashSale = startFlashSale(refresh);

async function refresh(): Promise<void> {
  const query = new URLSearchParams({
    shop: part<HTMLSelectElement>("ledger-shop").value,
    outcome: part<HTMLSelectElement>("ledger-outcome").value,
  });
  try {
    const response = await fetch(`/control/state?${query}`);
    const state = (await response.json()) as ControlState;
    showTraffic(state.stores);
    showFaults(state.faults);
    showIncidents(state.incidents);
    showFlashSale(state.flashSale);
    showSystems(state.demoSystems);
    showLedger(state.ledger);
    part("offline").hidden = true;
  } catch (error) {
    console.warn(error);
    part("offline").hidden = false;
  }
}

async function keepRefreshing(): Promise<void> {
  if (!document.hidden) await refresh();
  setTimeout(() => void keepRefreshing(), REFRESH_MS);
}

for (const id of ["ledger-shop", "ledger-outcome"]) {
  part(id).addEventListener("change", () => void refresh());
}
startActing();
void keepRefreshing();
