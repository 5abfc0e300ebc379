/** The button that shows the navigation on a phone; menus close at Escape and outside clicks. */
export function openNavigation(): void {
  const toggle = document.getElementById("navigation-toggle");
  toggle?.addEventListener("click", () => {
    const open = document.body.classList.toggle("navigation-open");
    toggle.setAttribute("aria-expanded", String(open));
  });
  const closeMenus = (except: Element | null) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>(".switcher, .popover")) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => {
    closeMenus((event.target as Element).closest(".switcher, .popover"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null);
  });
  // A click into the app's frame reaches only this.
  window.addEventListener("blur", () => closeMenus(null));
}
