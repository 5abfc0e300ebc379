// Refreshes what is shown and sends the forms. What somebody types into or has the focus on is not
// taken away: the forms below stand outside #live, and #asks is drawn anew only when it has changed.
(() => {
  const live = document.getElementById("live");
  const asks = document.getElementById("asks");

  async function refresh() {
    const reading = document.hidden || live.contains(window.getSelection()?.anchorNode ?? null);
    if (reading && !window.getSelection()?.isCollapsed) return;
    try {
      const [present, waiting] = await Promise.all([read("/live"), read("/asks")]);
      if (present !== undefined) showPresent(present);
      if (waiting !== undefined) showAsks(waiting);
      document.body.classList.remove("offline");
    } catch {
      document.body.classList.add("offline");
    }
  }

  async function read(path) {
    const response = await fetch(path);
    return response.ok ? await response.text() : undefined;
  }

  function showPresent(markup) {
    const scrolled = [...live.querySelectorAll(".scroll")].map((box) => box.scrollTop);
    live.innerHTML = markup;
    live.querySelectorAll(".scroll").forEach((box, index) => {
      box.scrollTop = scrolled[index] ?? 0;
    });
  }

  let shownAsks;
  function showAsks(markup) {
    if (markup === shownAsks) return;
    shownAsks = markup;
    const focused = asks.contains(document.activeElement) ? document.activeElement.id : undefined;
    asks.innerHTML = markup;
    if (focused === undefined) return;
    const again = document.getElementById(focused) ?? document.getElementById("asks-output");
    again.focus();
  }

  async function submit(event) {
    event.preventDefault();
    const form = event.target;
    const { path, output: outputId } = form.dataset;
    const output = outputId ? document.getElementById(outputId) : form.querySelector("output");
    const body = Object.fromEntries(
      [...new FormData(form, event.submitter)].map(([name, value]) => {
        const isNumber = form.elements.namedItem(name).type === "number";
        return [name, isNumber ? Number(value) : value];
      }),
    );
    try {
      const response = await fetch(path, { method: "PUT", body: JSON.stringify(body) });
      const answer = await response.json();
      output.textContent = response.ok ? (answer.said ?? "Saved") : answer.error;
    } catch {
      output.textContent = "This system does not answer. Try again.";
    }
    await refresh();
  }

  document.addEventListener("submit", submit);
  setInterval(refresh, 2000);
})();
