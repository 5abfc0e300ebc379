// Refreshes what is shown and sends the forms. The forms stand outside #live, so a refresh never
// takes away what somebody is typing.
(() => {
  const live = document.getElementById("live");

  async function refresh() {
    const reading = document.hidden || live.contains(window.getSelection()?.anchorNode ?? null);
    if (reading && !window.getSelection()?.isCollapsed) return;
    try {
      const response = await fetch("/live");
      if (!response.ok) return;
      const scrolled = [...live.querySelectorAll(".scroll")].map((box) => box.scrollTop);
      live.innerHTML = await response.text();
      live.querySelectorAll(".scroll").forEach((box, index) => {
        box.scrollTop = scrolled[index] ?? 0;
      });
      document.body.classList.remove("offline");
    } catch {
      document.body.classList.add("offline");
    }
  }

  async function submit(event) {
    event.preventDefault();
    const form = event.target;
    const body = Object.fromEntries(
      [...new FormData(form)].map(([name, value]) => {
        const isNumber = form.elements.namedItem(name).type === "number";
        return [name, isNumber ? Number(value) : value];
      }),
    );
    const response = await fetch(form.dataset.path, { method: "PUT", body: JSON.stringify(body) });
    const answer = await response.json();
    form.querySelector("output").textContent = response.ok ? "Saved" : answer.error;
    await refresh();
  }

  document.addEventListener("submit", submit);
  setInterval(refresh, 2000);
})();
