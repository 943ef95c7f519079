// The list of a day at a desk, also without net. Without scripts its forms are
// sent one by one; with them what is ticked is kept on the telephone first and
// sent as soon as there is net, once, however often that is tried.
//
// On the telephone stand the frame of the page, which names nobody; the list
// within it, sealed with a key that this window alone holds, until the day is
// over or somebody signs out; and what was ticked, which names nobody.

const KEEP = "desk";
const AGAIN = 5000; // milliseconds until sending is tried anew

const asked = (request) => new Promise((ok, no) => {
  request.onsuccess = () => ok(request.result);
  request.onerror = () => no(request.error);
});

// id is a name that no other has, in the order of time.
const id = () => {
  const b = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0, now = Date.now(); i < 6; i++) b[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256;
  b[6] = (b[6] & 15) | 112;
  b[8] = (b[8] & 63) | 128;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

// opened is the store of this telephone: what was ticked, and sealed lists.
const opened = () => {
  const request = indexedDB.open("bondgenoot-desk", 2);
  request.onupgradeneeded = () => {
    const there = request.result.objectStoreNames;
    if (!there.contains("told")) request.result.createObjectStore("told", { keyPath: "id" });
    if (!there.contains("list")) request.result.createObjectStore("list", { keyPath: "name" });
  };
  return asked(request);
};

// Sealed is the list of a day as it lies on this telephone: AES-GCM, with a key
// that was made in this window, lies in its session storage and goes with it.
// Another window does not open it, and neither does this one once the key went.
class Sealed {
  constructor(db, path) {
    this.db = db;
    this.path = path;
  }
  store(mode) { return this.db.transaction("list", mode).objectStore("list"); }
  static can() { return !!(window.crypto.subtle && window.sessionStorage); }
  async key(make) {
    let held = JSON.parse(sessionStorage.getItem("bg-desk") || "null");
    if (!held && !make) return null;
    if (!held) {
      const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
      held = { window: id(), key: await crypto.subtle.exportKey("jwk", made) };
      sessionStorage.setItem("bg-desk", JSON.stringify(held));
    }
    return { name: held.window + this.path, key: await crypto.subtle.importKey("jwk", held.key, "AES-GCM", false, ["encrypt", "decrypt"]) };
  }
  // how says with what a list is sealed: each time with another beginning, and
  // bound to its day.
  how(iv) { return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(this.path) }; }
  async keep(list, until) {
    const { name, key } = await this.key(true);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt(this.how(iv), key, new TextEncoder().encode(list));
    await asked(this.store("readwrite").put({ name, iv, sealed, until }));
    for (const old of await asked(this.store("readonly").getAll())) {
      if (Date.now() > Date.parse(old.until)) await asked(this.store("readwrite").delete(old.name));
    }
  }
  async open() {
    const held = await this.key(false);
    const kept = held && await asked(this.store("readonly").get(held.name));
    if (!kept || Date.now() > Date.parse(kept.until)) return null;
    return new TextDecoder().decode(await crypto.subtle.decrypt(this.how(kept.iv), held.key, kept.sealed));
  }
  // drop takes every list from this telephone, and the key of this window.
  async drop() {
    sessionStorage.removeItem("bg-desk");
    await asked(this.store("readwrite").clear());
  }
}

// Told is what was ticked on this telephone, until the list shows it.
class Told {
  constructor(db) { this.db = db; }
  store(mode) { return this.db.transaction("told", mode).objectStore("told"); }
  async all() { return (await asked(this.store("readonly").getAll())).sort((a, b) => a.seq - b.seq); }
  put(one) { return asked(this.store("readwrite").put(one)); }
  drop(one) { return asked(this.store("readwrite").delete(one.id)); }
  async add(one) {
    const last = (await this.all()).pop();
    await this.put({ ...one, id: id(), seq: (last ? last.seq : 0) + 1, at: new Date().toISOString(), sent: false });
  }
}

customElements.define("bg-desk", class extends HTMLElement {
  async connectedCallback() {
    if (!window.indexedDB || !window.fetch || this.told) return;
    this.path = location.pathname;
    this.reached = navigator.onLine;
    this.told = new Told(null);
    const db = await opened();
    this.told = new Told(db);
    this.sealed = new Sealed(db, this.path);
    if (this.childElementCount === 0) await this.unlock();
    this.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("online", () => this.send());
    window.addEventListener("offline", () => { this.reached = false; this.show(); });
    for (const form of document.querySelectorAll('form[action="/sign-out"]')) form.addEventListener("submit", (event) => this.leave(event, form));
    setInterval(() => this.send(), AGAIN);
    this.end();
    await this.show();
    await this.send();
    await this.prepare();
  }

  // prepare keeps the page and what it needs, so that it opens without net.
  async prepare() {
    const now = Date.now();
    if (!("serviceWorker" in navigator) || !window.caches || !Sealed.can() || now < Date.parse(this.dataset.from) || now > Date.parse(this.dataset.until)) return;
    try {
      await navigator.serviceWorker.register("/desk/worker.js", { scope: this.path });
      const keep = await caches.open(KEEP);
      const parts = performance.getEntriesByType("resource").map((x) => new URL(x.name)).filter((u) => u.origin === location.origin && u.pathname.startsWith("/assets/"));
      await keep.addAll([...new Set(parts.map((u) => u.pathname))]);
      await this.renew();
      this.dataset.ready = "yes";
    } catch {
      return; // no net now: it is tried when the page is opened again
    }
    this.show();
  }

  // end takes the list from the telephone when the day is over.
  end() {
    const left = Date.parse(this.dataset.until) - Date.now();
    if (left > 0) setTimeout(() => this.wipe(), Math.min(left, 2 ** 31 - 1));
  }
  async wipe() {
    this.over = true;
    await this.forget();
    this.only(this.dataset.over);
  }
  // forget takes the list from the telephone; what was ticked stays until it is
  // sent.
  async forget() {
    delete this.dataset.ready;
    if (window.caches) await caches.delete(KEEP);
    await this.sealed.drop();
  }
  // only shows words in the place of the list.
  only(words) {
    const says = document.createElement("p");
    says.className = "govuk-body";
    says.setAttribute("role", "status");
    says.dataset.net = "";
    says.textContent = words;
    this.replaceChildren(says);
    this.instead = words;
  }
  // unlock brings the list into its frame, where this window holds the key.
  async unlock() {
    let list = null;
    try {
      list = Sealed.can() && await this.sealed.open();
    } catch {
      list = null; // sealed with another key
    }
    if (list) this.replaceChildren(...new DOMParser().parseFromString(list, "text/html").body.childNodes);
    else this.only(this.dataset.locked);
  }
  // keep seals the list as it came, and keeps the frame without it and without
  // the name of who works here.
  async keep(answer, page) {
    if (!window.caches || !Sealed.can() || Date.now() > Date.parse(this.dataset.until) || Date.now() < Date.parse(this.dataset.from)) return;
    const desk = page.querySelector("bg-desk");
    await this.sealed.keep(desk.innerHTML, this.dataset.until);
    desk.replaceChildren();
    for (const one of page.querySelectorAll(".bg-acting__links li:not(:has(form)), .bg-acting__for, .bg-flash, .bg-search")) one.remove();
    const headers = new Headers(answer.headers);
    for (const name of ["content-encoding", "content-length", "set-cookie"]) headers.delete(name);
    await (await caches.open(KEEP)).put(this.path, new Response("<!DOCTYPE html>" + page.documentElement.outerHTML, { headers }));
  }

  // leave signs out when all is sent; the list goes first, net or not.
  async leave(event, form) {
    event.preventDefault();
    await this.send();
    if ((await this.unsent()).length > 0) {
      this.say(this.dataset.leave);
      return;
    }
    await this.wipe();
    form.submit();
  }

  async unsent() { return (await this.told.all()).filter((x) => !x.sent); }

  async submit(event) {
    const form = event.target.closest("form[data-kind]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.kind === "count") return this.counts(form);
    const one = { session: this.dataset.session, kind: form.dataset.kind, booking: form.elements.booking.value, lines: [] };
    if (one.kind === "walk_in" || one.kind === "lack") one.booking = id();
    for (const input of form.querySelectorAll('input[name^="quantity."]')) {
      const typed = input.value.trim();
      const n = Number(typed || "0");
      if (!Number.isInteger(n) || n < 0 || n > 99) {
        const fold = input.closest("details");
        if (fold) fold.open = true;
        input.setCustomValidity(this.dataset.quantity);
        input.reportValidity();
        input.addEventListener("input", () => input.setCustomValidity(""), { once: true });
        return;
      }
      if (n > 0) one.lines.push({ item: input.name.slice("quantity.".length), quantity: n });
    }
    if (one.kind !== "undo" && one.lines.length === 0) {
      this.say(this.dataset.nothing);
      return;
    }
    if (one.kind === "undo") one.lines = [];
    const left = JSON.parse(form.closest("[data-left]")?.dataset.left || "{}");
    const spent = one.kind === "hand" && one.lines.find((l) => l.quantity > (left[l.item] ?? 99));
    if (spent) {
      this.say(this.dataset.spent.replace("#", this.nameOf(spent.item, one.booking)).replace("#", left[spent.item]));
      form.scrollIntoView({ block: "center" });
      return;
    }
    await this.told.add(one);
    if (one.kind === "walk_in" || one.kind === "lack") form.reset();
    await this.show();
    await this.send();
  }

  // counts keeps how many this telephone counted at an open day: its last numbers
  // count, beside those of others.
  async counts(form) {
    const counts = {};
    for (const input of form.querySelectorAll("input[inputmode]")) {
      const typed = input.value.trim();
      if (!/^\d{0,4}$/.test(typed)) {
        input.setCustomValidity(this.dataset.number);
        input.reportValidity();
        input.addEventListener("input", () => input.setCustomValidity(""), { once: true });
        return;
      }
      if (typed) counts[input.name] = Number(typed);
    }
    for (const old of await this.unsent()) if (old.kind === "count" && old.session === this.dataset.session) await this.told.drop(old);
    const device = form.querySelector('input[name="device"]')?.value ?? "";
    await this.told.add({ session: this.dataset.session, kind: "count", booking: "", lines: [], counts, device });
    document.activeElement?.blur();
    await this.show();
    await this.send();
  }

  // send sends what waits, in its order, and shows the list as it is then.
  async send() {
    if (this.sending) return this.sending;
    this.sending = this.sendAll().finally(() => { this.sending = null; });
    return this.sending;
  }
  async sendAll() {
    const waiting = await this.unsent();
    if (waiting.length === 0 && this.reached && (!this.instead || this.out || this.over)) return;
    try {
      for (const session of new Set(waiting.map((x) => x.session))) await this.sendOf(session, waiting.filter((x) => x.session === session));
      await this.renew();
      this.reached = true;
    } catch {
      this.reached = false;
    }
    await this.show();
  }
  // sendOf sends what was ticked in one session. Who is signed out is told so:
  // nothing is lost, it is sent when they sign in and open the list again.
  async sendOf(session, events) {
    const answer = await fetch("/desk/" + session + "/sync", {
      method: "POST", redirect: "manual", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ events: events.slice(0, 200).map(({ id, booking, kind, lines, seq, at, counts, device }) => ({ id, booking, kind, lines, seq, at, counts, device })) }),
    });
    await this.signedOut(answer);
    if (!answer.ok) throw new Error("not taken");
    for (const result of (await answer.json()).results) {
      const one = events.find((x) => x.id === result.id);
      if (one) await this.told.put({ ...one, sent: true, outcome: result.outcome, why: result.why || "" });
    }
  }
  // signedOut takes the list away when the house does not know any more who
  // asks: it goes with the session.
  async signedOut(answer) {
    this.out = answer.type === "opaqueredirect" || answer.status === 401;
    if (!this.out) return;
    await this.forget();
    this.only(this.dataset.out);
  }

  // renew brings the list as the house has it now, and forgets what it shows.
  // One follows another: an answer that is late never takes the place of a newer.
  renew() {
    return this.renewing = (this.renewing ?? Promise.resolve()).catch(() => {}).then(() => this.bring());
  }
  async bring() {
    const sent = (await this.told.all()).filter((x) => x.sent && x.session === this.dataset.session && x.outcome !== "refused");
    const answer = await fetch(this.path, { redirect: "manual", headers: { Accept: "text/html" } });
    await this.signedOut(answer);
    if (!answer.ok) throw new Error("no list");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("bg-desk")?.cloneNode(true);
    if (fresh) await this.keep(answer, page);
    this.instead = "";
    if (!fresh || this.contains(document.activeElement) && document.activeElement.matches("input")) return;
    this.replaceChildren(...fresh.childNodes);
    for (const one of sent) await this.told.drop(one);
    await this.show();
  }

  say(words) {
    const place = this.querySelector("[data-net]");
    if (!place) return;
    place.hidden = false;
    if (place.textContent !== words) place.textContent = words;
  }

  // show lays what was ticked here over the list, and says what is not sent.
  async show() {
    const all = await this.told.all();
    const waiting = all.filter((x) => !x.sent);
    const words = [this.out ? this.dataset.out : this.instead || (this.reached ? "" : this.dataset.no), waiting.length > 0 ? this.dataset.unsent.replace("#", waiting.length) : ""];
    if (this.reached && waiting.length === 0) words.push(this.dataset.yes);
    if (this.dataset.ready && this.reached) words.push(this.dataset.works);
    this.say(words.filter(Boolean).join(" "));
    for (const one of all) if (one.session === this.dataset.session) this.mark(one);
  }
  mark(one) {
    if (one.kind === "count") return this.markCounts(one);
    let line = this.querySelector('[data-booking="' + CSS.escape(one.booking) + '"]');
    if (!line && one.kind === "walk_in") {
      line = document.createElement("li");
      line.dataset.booking = one.booking;
      const what = document.createElement("span");
      what.textContent = this.dataset.walkin + " · " + one.lines.map((l) => l.quantity + " × " + this.nameOf(l.item)).join(", ");
      line.append(what);
      this.querySelector("[data-list]").append(line);
    }
    if (!line) return;
    const handed = one.kind !== "undo";
    for (const form of line.querySelectorAll("form[data-kind]")) form.hidden = (form.dataset.kind === "hand") === handed;
    const tag = line.querySelector("[data-tag] strong");
    if (tag) tag.textContent = handed ? this.dataset.handed : this.dataset.booked;
    let note = line.querySelector("[data-mine]");
    if (!note) {
      note = document.createElement("strong");
      note.dataset.mine = "";
      line.append(note);
    }
    note.textContent = one.sent ? (one.why ? this.dataset.wrong + ": " + one.why : "") : this.dataset.one;
  }
  markCounts(one) {
    if (one.sent && one.why) this.say(one.why);
    for (const [name, n] of Object.entries(one.counts)) {
      const input = this.querySelector('input[name="' + CSS.escape(name) + '"]');
      if (input && input !== document.activeElement) input.value = n;
    }
  }
  nameOf(item, at = "walkin") {
    const label = this.querySelector('label[for="field-quantity.' + CSS.escape(item) + "-" + CSS.escape(at) + '"]');
    return label ? label.textContent.trim() : item;
  }
});
