/** A question to the merchant. */
export interface Question {
  heading: string;
  text: string;
  confirm: string;
  critical: boolean;
}

/** Asks in a dialog; Escape and Cancel both mean no. */
export function confirmWithMerchant(question: Question): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "question";
  const heading = document.createElement("h2");
  heading.textContent = question.heading;
  heading.id = "question-heading";
  dialog.setAttribute("aria-labelledby", heading.id);
  const text = document.createElement("p");
  text.textContent = question.text;
  const form = document.createElement("form");
  form.method = "dialog";
  const no = choice("Cancel", "no", "");
  const yes = choice(question.confirm, "yes", question.critical ? "critical" : "primary");
  form.append(no, yes);
  dialog.append(heading, text, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

function choice(label: string, value: string, className: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.value = value;
  button.textContent = label;
  button.className = className;
  return button;
}
