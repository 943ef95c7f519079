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

// Another language keeps what was typed: the page is fetched in it, what stands
// in the fields is put into the same fields there, and nothing is stored on the
// way. Where a field would not come along, the page stays as it is, and the next
// one speaks the other language.
document.addEventListener("submit", async (event) => {
  const choice = event.target;
  if (!choice.classList.contains("bg-languages") || event.defaultPrevented) return;
  const forms = [...document.querySelectorAll("main form[method=post]")].filter((form) => typedIn(form).length > 0);
  if (forms.length === 0) return;
  event.preventDefault();
  delete choice.dataset.sentAt;
  const sent = new URLSearchParams(new FormData(choice, event.submitter));
  const answer = await fetch(choice.action, { method: "POST", body: sent });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const there = [...page.querySelectorAll("main form[method=post]")];
  const actionOf = (form) => form.getAttribute("action");
  for (const form of forms) {
    const alike = (all) => all.filter((other) => actionOf(other) === actionOf(form));
    const same = alike(there)[alike([...document.querySelectorAll("main form[method=post]")]).indexOf(form)];
    if (!same || !carry(form, same)) return;
  }
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  document.title = page.title;
  document.body.replaceWith(page.body);
  if (answer.redirected) history.replaceState(null, "", answer.url);
  window.htmx?.process(document.body);
});

// typedIn is what a person fills in in a form.
function typedIn(form) {
  return [...form.elements].filter((field) => field.name && !["hidden", "submit", "button", "reset"].includes(field.type) && field.tagName !== "FIELDSET");
}

// carry puts what stands in one form into another of the same kind; false when
// something has no place there. The version from which an edit began goes along, and how
// the form looked then.
function carry(from, to) {
  const key = (field) => [field.name, ["checkbox", "radio"].includes(field.type) ? field.value : ""].join("\n");
  const places = typedIn(to);
  for (const field of typedIn(from)) {
    const at = places.findIndex((place) => key(place) === key(field));
    const place = at < 0 ? null : places.splice(at, 1)[0];
    const filled = ["checkbox", "radio"].includes(field.type) ? field.checked : field.value !== "";
    if (field.type === "file" ? filled : filled && !place) return false;
    if (!place || field.type === "file") continue;
    place.checked = field.checked;
    if (field.tagName === "SELECT") [...place.options].forEach((option) => { option.selected = [...field.selectedOptions].some((o) => o.value === option.value); });
    else place.value = field.value;
  }
  for (const name of ["version", "was"]) {
    const began = (form) => form.querySelector(`input[type=hidden][name=${name}]`);
    if (began(from) && began(to)) began(to).value = began(from).value;
  }
  return true;
}

// bg-passkey asks the device for a passkey and sends what it answers. It shows
// itself only where the browser can.
customElements.define("bg-passkey", class extends HTMLElement {
  connectedCallback() {
    const key = window.PublicKeyCredential, form = this.querySelector("form");
    if (!key || !key.parseCreationOptionsFromJSON || !form) return;
    this.hidden = false;
    const said = this.querySelector("[role=status]");
    form.addEventListener("submit", async (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      delete form.dataset.sentAt;
      said.textContent = "";
      try {
        const asked = JSON.parse(this.dataset.options).publicKey;
        const answer = this.dataset.does === "create"
          ? await navigator.credentials.create({ publicKey: key.parseCreationOptionsFromJSON(asked) })
          : await navigator.credentials.get({ publicKey: key.parseRequestOptionsFromJSON(asked) });
        form.elements.answer.value = JSON.stringify(answer.toJSON());
        form.submit();
      } catch {
        said.textContent = said.dataset.failed;
      }
    });
  }
});

// bg-keep keeps what is typed into a form before it is sent: after a pause, and
// on leaving. While that does not succeed it says so and keeps trying. Nothing
// of it stays in the browser.
customElements.define("bg-keep", class extends HTMLElement {
  connectedCallback() {
    if (this.forms) return;
    this.forms = new Map(); // by form: what is under way
    this.end = new AbortController();
    const { signal } = this.end;
    const of = (target) => {
      const form = target.closest?.("main form");
      return form && form.method === "post" && form.dataset.noDraft === undefined ? form : null;
    };
    const typed = (event) => {
      const form = of(event.target);
      if (!form) return;
      const state = this.state(form);
      state.dirty = true;
      clearTimeout(state.timer);
      state.timer = setTimeout(() => this.keep(form), 800);
    };
    document.addEventListener("input", typed, { signal });
    document.addEventListener("change", typed, { signal });
    // What is under way arrives before the form itself does.
    document.addEventListener("submit", (event) => {
      const form = of(event.target), state = form && this.forms.get(form);
      if (!state) return;
      clearTimeout(state.timer);
      if (state.dirty && !navigator.onLine) { // the browser would lose the page
        event.preventDefault();
        event.stopImmediatePropagation();
        this.say(form, "unsaved");
        this.again(form);
        return;
      }
      state.dirty = false;
      if (!state.flight) return;
      const by = event.submitter;
      event.preventDefault();
      event.stopImmediatePropagation();
      state.flight.finally(() => form.requestSubmit(by));
    }, { capture: true, signal });
    const leave = () => {
      for (const [form, state] of this.forms) if (state.dirty && form.isConnected) this.keep(form);
    };
    addEventListener("pagehide", leave, { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave(), { signal });
    addEventListener("online", leave, { signal });
  }
  disconnectedCallback() {
    this.end.abort(); // another body, in another language, has its own
  }
  state(form) {
    if (!this.forms.has(form)) this.forms.set(form, {});
    return this.forms.get(form);
  }
  again(form) {
    const state = this.state(form);
    clearTimeout(state.timer);
    if (state.dirty && form.isConnected) state.timer = setTimeout(() => this.keep(form), 3000);
  }
  keep(form) {
    const state = this.state(form);
    clearTimeout(state.timer);
    if (state.flight) {
      state.timer = setTimeout(() => this.keep(form), 300);
      return;
    }
    state.dirty = false;
    const path = new URL(form.getAttribute("action") || location.pathname, location.href).pathname;
    const body = new URLSearchParams({ form: path, page: location.pathname, who: this.dataset.who,
      typed: new URLSearchParams(new FormData(form)).toString() });
    state.flight = fetch("/drafts", { method: "POST", body, keepalive: body.toString().length < 60000, redirect: "manual" })
      .then((answer) => {
        if (answer.status === 204) this.say(form, "saved");
        else if (answer.status === 401) this.say(form, "ended");
        else if (answer.status >= 500 || answer.status === 429) throw answer.status;
      })
      .catch(() => {
        state.dirty = true;
        this.say(form, "unsaved");
      })
      .finally(() => {
        state.flight = null;
        this.again(form);
      });
  }
  say(form, what) {
    const state = this.state(form);
    if (!state.note) {
      state.note = document.createElement("p");
      state.note.className = "bg-note bg-no-print";
      state.note.setAttribute("role", "status");
      form.append(state.note);
    }
    if (state.said === what) return;
    state.said = what;
    state.note.dataset.kept = what;
    state.note.textContent = this.dataset[what];
  }
});

// Signing out takes all that is kept here from the telephone. What was ticked at
// a desk and is not sent yet would go with it: then the way leads to the desk.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.getAttribute("action") !== "/sign-out" || document.querySelector("bg-desk") || !window.indexedDB?.databases) return;
  event.preventDefault();
  const there = (await indexedDB.databases()).some((d) => d.name === "bondgenoot-desk");
  const waiting = there ? await new Promise((found) => {
    const open = indexedDB.open("bondgenoot-desk");
    open.onerror = () => found();
    open.onsuccess = () => {
      const all = open.result.transaction("told").objectStore("told").getAll();
      all.onerror = () => found();
      all.onsuccess = () => found(all.result.find((x) => !x.sent));
    };
  }) : undefined;
  if (waiting) window.location.assign("/desk/" + waiting.session);
  else form.submit();
});
