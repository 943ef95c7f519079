// What pages do better with scripts. Every page works without.

// "/" goes to the search field, unless one is typing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.getElementById("search") || document.querySelector("main input[type=search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// bg-menu folds the navigation away on a narrow screen.
customElements.define("bg-menu", class extends HTMLElement {
  connectedCallback() {
    const nav = this.querySelector("nav");
    if (!nav || this.toggle) return;
    this.toggle = document.createElement("button");
    this.toggle.type = "button";
    this.toggle.className = "bg-nav__toggle";
    this.toggle.textContent = "☰  " + this.dataset.label;
    this.toggle.setAttribute("aria-controls", nav.id);
    this.toggle.addEventListener("click", () => this.show(!this.classList.contains("bg-nav--open")));
    nav.prepend(this.toggle);
    this.classList.add("bg-nav--small");
    this.show(false);
  }
  show(open) {
    this.classList.toggle("bg-nav--open", open);
    this.toggle.setAttribute("aria-expanded", String(open));
  }
});

// bg-leave is gone at once: the page is emptied before the next one comes, and
// the way back does not lead here. Shift three times does the same.
customElements.define("bg-leave", class extends HTMLElement {
  connectedCallback() {
    const link = this.querySelector("a");
    const go = () => {
      document.body.replaceChildren();
      document.title = "";
      window.location.replace(link.href);
    };
    link.addEventListener("click", (event) => {
      event.preventDefault();
      go();
    });
    let presses = [];
    this.onKey = (event) => {
      if (event.key !== "Shift" || event.repeat) {
        if (event.key !== "Shift") presses = [];
        return;
      }
      presses = presses.filter((at) => event.timeStamp - at < 2000);
      presses.push(event.timeStamp);
      if (presses.length === 3) go();
    };
    document.addEventListener("keydown", this.onKey);
  }
  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
  }
});

// bg-focus leads the eye and the screen reader to what is wrong; a link in it
// goes to the field and puts the cursor there.
customElements.define("bg-focus", class extends HTMLElement {
  connectedCallback() {
    this.firstElementChild?.focus();
    this.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const field = link && document.getElementById(link.getAttribute("href").slice(1));
      if (!field) return;
      event.preventDefault();
      (field.closest(".govuk-form-group") || field).scrollIntoView();
      field.focus({ preventScroll: true });
    });
  }
});

// bg-print shows its button only where it can print.
customElements.define("bg-print", class extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.addEventListener("click", () => window.print());
  }
});

// A form that is under way is not sent twice by an impatient second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sentAt && event.timeStamp - Number(form.dataset.sentAt) < 3000) {
    event.preventDefault();
    return;
  }
  form.dataset.sentAt = String(event.timeStamp);
});

// A part of the page that was brought without loading another: the cursor goes
// to its heading, and what stands beside it is said aloud. What is wrong takes
// the cursor by itself (bg-focus).
const told = document.createElement("p");
told.className = "govuk-visually-hidden";
told.setAttribute("role", "status");
document.body.append(told);
document.addEventListener("htmx:afterSettle", () => {
  const main = document.getElementById("main");
  const say = main?.querySelector("[data-say]")?.dataset.say || "";
  if (told.textContent !== say) told.textContent = say;
  if (!main || main.contains(document.activeElement)) return;
  const heading = main.querySelector("h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
});
