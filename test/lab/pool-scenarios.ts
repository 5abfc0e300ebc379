import type { FlashSaleScenario } from "./run-flash-sale.ts";

const crowd =
  "500 customers want 120 units of three stores in a minute; 5 % of webhooks are lost, a fifth out of order, one store's 30 s late";

/** What happens to stock that stores share, by name. */
export const poolScenarios: Readonly<Record<string, FlashSaleScenario>> = {
  "flash-sale": {
    about: `${crowd}. What that pace and lag call for is kept back, at a risk of 1 %`,
    riskPercent: 1,
  },
  "flash-sale-bare": {
    about: `${crowd}. Nothing is kept back: see how many are sold twice`,
    riskPercent: null,
  },
};
