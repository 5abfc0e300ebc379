import type { FlashSaleView } from "../../../operations/flash-sale.ts";
import { part, post, report, setText } from "./page.ts";

/** The flash sale: start, how far it is, and the verdict. */
export function startFlashSale(refresh: () => Promise<void>) {
  const form = part<HTMLFormElement>("flash-form");
  const send = (input: object) =>
    void report(part("flash-result"), async () => {
      await post("/twin/api/flashSale", input);
      await refresh();
      return "";
    });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const sku = fields.get("sku");
    send({
      ...(typeof sku === "string" && sku.trim() !== "" && { sku: sku.trim() }),
      units: Number(fields.get("units")),
      orders: Number(fields.get("orders")),
      seconds: Number(fields.get("seconds")),
      rough: fields.has("rough"),
    });
  });
  part("flash-stop").addEventListener("click", () => send({ stop: true }));

  return (sale: FlashSaleView | null): void => {
    if (sale !== null) show(sale);
  };
}

function show(sale: FlashSaleView): void {
  const { running, stores } = sale;
  const state = part("flash-state");
  state.hidden = false;
  setText(state, running ? `${running.secondsLeft} s left` : "over");
  state.classList.toggle("critical", sale.oversold > 0);
  const progress = part<HTMLProgressElement>("flash-progress");
  progress.hidden = running === null;
  progress.value = running?.percent ?? 0;
  part("flash-start").hidden = running !== null;
  part("flash-stop").hidden = running === null;
  setText(part("flash-verdict"), verdictOf(sale));
  part("flash-table").hidden = false;
  part("flash-rows").replaceChildren(
    ...stores.map((store) => {
      const row = document.createElement("tr");
      const figures = [store.showed, store.sold, store.turnedAway, store.shows];
      row.append(cell(store.name), ...figures.map((figure) => cell(String(figure), "number")));
      return row;
    }),
  );
}

/** What came of it so far, in a few sentences. */
function verdictOf({ sku, units, stores, sold, turnedAway, oversold, running }: FlashSaleView) {
  const showed = new Set(stores.map((store) => store.showed));
  const shows = new Set(stores.map((store) => store.shows));
  const [now = 0] = shows;
  const sentences = [
    `${sku}: ${String(sold)} of ${String(units)} units sold, ${String(turnedAway)} customers turned away.`,
    oversold > 0
      ? `${String(oversold)} sold twice: so many orders nobody can fill.`
      : "None was sold twice.",
  ];
  if (showed.size > 1)
    sentences.push(
      "The stores did not show one number when it began: they do not share this stock.",
    );
  if (running === null)
    sentences.push(
      shows.size > 1
        ? "The stores do not show one number yet."
        : `Every store shows ${String(now)} now.`,
    );
  return sentences.join(" ");
}

function cell(text: string, name = ""): HTMLElement {
  const made = document.createElement("td");
  made.textContent = text;
  made.className = name;
  return made;
}
