// The till of a shop, also without net. Without scripts its forms are sent one
// by one; with them a code is read by the camera, and when there is no net a
// voucher is checked by its signature, taken within bounds, kept on the
// telephone first and sent as soon as there is net, once.
//
// On the telephone stand the page of the till, what it needs to check a
// voucher, and what was taken. Nothing of it says whose a voucher is.

const KEEP = "till";
const AGAIN = 5000; // milliseconds until sending is tried anew
const FRESH = 10 * 60000; // milliseconds for which what the till was told is new
const DAYS = 4; // for which what was taken is remembered
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const SIGNED = 24, WHOLE = 88, FIRST_DAY = Date.UTC(2020, 0, 1);

const asked = (request) => new Promise((ok, no) => {
  request.onsuccess = () => ok(request.result);
  request.onerror = () => no(request.error);
});
const dayOf = (time) => new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Brussels" }).format(time);
const bytesOf = (text) => new TextEncoder().encode(text);

// uuid is a name that no other has, in the order of time.
const uuid = () => {
  const b = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0, now = Date.now(); i < 6; i++) b[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256;
  b[6] = (b[6] & 15) | 112;
  b[8] = (b[8] & 63) | 128;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

// unbase45 reads the letters of a QR; null is what none of ours holds.
function unbase45(text) {
  const out = [];
  for (let i = 0; i < text.length; i += 3) {
    const digits = [...text.slice(i, i + 3)].map((c) => LETTERS.indexOf(c));
    if (digits.length < 3 || digits.includes(-1)) return null;
    const n = digits[0] + 45 * digits[1] + 2025 * digits[2];
    if (n > 0xffff) return null;
    out.push(n >> 8, n & 255);
  }
  return out.length === WHOLE ? new Uint8Array(out) : null;
}

// read checks a code with what the till was told, and says what stands in it;
// a word says why not.
async function read(text, ready) {
  const b = unbase45(text.trim());
  if (!b || b[0] !== 1) return "unsigned";
  const view = new DataView(b.buffer);
  const key = ready.keys[view.getUint16(1)];
  if (!key) return "unsigned";
  let good;
  try {
    const raw = Uint8Array.from(atob(key), (c) => c.charCodeAt(0));
    const known = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    const said = new Uint8Array([...bytesOf("bondgenoot voucher/" + ready.alliance + "/"), ...b.slice(0, SIGNED)]);
    good = await crypto.subtle.verify({ name: "Ed25519" }, known, b.slice(SIGNED), said);
  } catch {
    return "cannot"; // a browser that checks no such signature
  }
  if (!good) return "unsigned";
  const serial = b.slice(7, 15);
  const sum = new DataView(await crypto.subtle.digest("SHA-256", new Uint8Array([...bytesOf("bondgenoot print/" + ready.alliance + "/"), ...serial])));
  const day = (at) => new Date(FIRST_DAY + view.getUint16(at) * 86400000);
  return {
    code: text.trim(), serial: [...serial].join("."), print: sum.getUint32(0), mark: view.getUint32(3), amount: view.getUint32(15),
    begins: day(19), last: day(21), euros: (b[23] & 1) !== 0, anywhere: (b[23] & 2) !== 0,
  };
}

// Kept is what this telephone took, and what it was told.
class Kept {
  async open() {
    const request = indexedDB.open("bondgenoot-till", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("taken", { keyPath: "id" });
      request.result.createObjectStore("told");
    };
    this.db = await asked(request);
  }
  store(name, mode) { return this.db.transaction(name, mode).objectStore(name); }
  async all() { return (await asked(this.store("taken", "readonly").getAll())).sort((a, b) => a.seq - b.seq); }
  put(one) { return asked(this.store("taken", "readwrite").put(one)); }
  drop(one) { return asked(this.store("taken", "readwrite").delete(one.id)); }
  ready() { return asked(this.store("told", "readonly").get("ready")); }
  tell(ready) { return asked(this.store("told", "readwrite").put(ready, "ready")); }
  async forget() {
    await asked(this.store("told", "readwrite").clear());
    if (window.caches) await caches.delete(KEEP);
  }
}

customElements.define("bg-till", class extends HTMLElement {
  async connectedCallback() {
    this.scanning();
    if (!window.indexedDB || !window.fetch || this.kept) return;
    this.kept = new Kept();
    await this.kept.open();
    this.reached = navigator.onLine;
    this.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("online", () => this.send());
    window.addEventListener("offline", () => { this.reached = false; this.show(); });
    setInterval(() => this.send(), AGAIN);
    await this.show();
    await this.send();
    await this.prepare();
  }

  // prepare keeps the page and what it needs, so that it opens without net.
  async prepare() {
    if (!("serviceWorker" in navigator) || !window.caches) return;
    try {
      await this.renew();
      await navigator.serviceWorker.register("/till-worker.js", { scope: "/till" });
      const keep = await caches.open(KEEP);
      const parts = performance.getEntriesByType("resource").map((x) => new URL(x.name)).filter((u) => u.origin === location.origin && u.pathname.startsWith("/assets/"));
      await keep.addAll([...new Set(parts.map((u) => u.pathname))]);
      const page = await fetch("/till", { redirect: "manual", headers: { Accept: "text/html" } });
      if (!page.ok) throw new Error("no page");
      await keep.put("/till", page);
      this.dataset.ready = "yes";
    } catch {
      return; // no net now: it is tried when the page is opened again
    }
    this.show();
  }

  // renew asks what the till needs without net. Whoever is a till no more keeps
  // nothing.
  async renew() {
    const had = await this.kept.ready();
    if (had && had.lang === document.documentElement.lang && Date.now() - had.got < FRESH) return;
    if ((await this.unsent()).length > 0) return; // what waits is told first
    const answer = await fetch("/till/ready", { method: "POST", redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) await this.kept.forget();
    if (!answer.ok) throw new Error("not told");
    await this.kept.tell({ ...await answer.json(), got: Date.now(), lang: document.documentElement.lang });
  }

  // reaches tells whether the house answers.
  async reaches() {
    try {
      this.reached = navigator.onLine && (await fetch("/till-worker.js", { cache: "no-store", signal: AbortSignal.timeout(4000) })).ok;
    } catch {
      this.reached = false;
    }
    return this.reached;
  }

  async submit(event) {
    const form = event.target;
    const way = new URL(form.action, location.href).pathname;
    if (!way.startsWith("/till")) return;
    event.preventDefault();
    this.why = "";
    if (form.matches("[data-offline]")) await this.take(form);
    else if (await this.reaches()) form.submit();
    else if (form.elements.code) await this.look(form.elements.code.value);
    else this.say(this.dataset.no);
  }

  // look shows what may be taken without net of what was scanned.
  async look(text) {
    this.card.hidden = true;
    this.seen = null;
    const ready = await this.kept.ready();
    const why = (word, extra) => {
      this.why = this.dataset.no + " " + (this.dataset[word] || "").replace("#", extra || "");
      this.say(this.why); // it stays until somebody does something else
    };
    if (text.trim().length <= 20) return why("typed");
    if (!ready) return why("untold");
    const seen = await read(text, ready);
    if (typeof seen === "string") return why(seen);
    const offer = ready.offers.find((o) => o.mark === seen.mark);
    const now = Date.now(), today = dayOf(now), words = (day) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" }).format(day);
    if (!offer) return why("other");
    if (!offer.offline) return why("off");
    if (now - ready.got > ready.hours * 3600000) return why("late");
    if (ready.ended.includes(seen.print)) return why("gone");
    if (!seen.anywhere && offer.homed && !ready.home.includes(seen.print)) return why("other");
    if (dayOf(seen.begins) > today) return why("early", words(seen.begins));
    if (dayOf(seen.last) < today) return why("past", words(seen.last));
    const all = await this.kept.all();
    const mine = all.filter((x) => x.serial === seen.serial), ofDay = mine.filter((x) => dayOf(Date.parse(x.at)) === today);
    const sum = (list, what) => list.reduce((n, x) => n + x[what], 0);
    const room = ready.device - sum(all.filter((x) => !x.sent), "worth");
    seen.units = Math.min(ready.units - sum(ofDay, "units"), seen.amount - sum(mine, "units"));
    seen.most = Math.min(ready.cents - sum(ofDay, "worth"), seen.amount - sum(mine, "worth"), room);
    if (seen.euros ? seen.most <= 0 && room > 0 : seen.units < 1 || ready.cents - sum(ofDay, "worth") < offer.worth) return why("day");
    if (seen.euros ? seen.most <= 0 : room < offer.worth) return why("device");
    this.seen = { ...seen, offer };
    this.fill(offer, seen, words(seen.last));
    this.say(this.dataset.no);
  }

  get card() { return this.querySelector("[data-card]"); }
  euro(cents) { return new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" }).format(cents / 100); }

  fill(offer, seen, last) {
    const put = (name, text) => {
      const place = this.card.querySelector("[data-" + name + "]");
      place.textContent = text;
      place.hidden = !text;
    };
    put("name", offer.name);
    put("about", offer.about);
    put("most", this.dataset.most.replace("#", seen.euros ? this.euro(seen.most) : this.dataset.one));
    put("copay", offer.copay > 0 ? this.dataset.pays.replace("#", this.euro(offer.copay)) : "");
    put("until", this.dataset.until.replace("#", last));
    put("bears", offer.bears === "shop" ? this.dataset.shopbears : this.dataset.alliancebears);
    const form = this.card.querySelector("form");
    form.reset();
    form.querySelector("[data-amount]").hidden = !seen.euros;
    const choice = form.querySelector("[data-choice]");
    choice.hidden = offer.covers.length === 0;
    choice.querySelector("select").replaceChildren(...offer.covers.map((c) => new Option(c, c)));
    this.card.hidden = false;
    this.card.querySelector("h2").focus();
  }

  // take keeps a voucher that was taken, before anything is sent.
  async take(form) {
    const seen = this.seen;
    if (!seen) return;
    let cents = 0;
    const input = form.elements.cents;
    if (seen.euros) {
      const typed = input.value.trim().replace(",", ".").match(/^(\d{1,5})(?:\.(\d{1,2}))?$/);
      cents = typed ? Number(typed[1]) * 100 + Number((typed[2] || "").padEnd(2, "0")) : 0;
      if (cents <= 0 || cents > seen.most) {
        input.setCustomValidity(this.dataset.most.replace("#", this.euro(seen.most)));
        input.reportValidity();
        input.addEventListener("input", () => input.setCustomValidity(""), { once: true });
        return;
      }
    }
    this.seen = null; // a second click takes nothing more
    const all = await this.kept.all();
    await this.kept.put({
      id: uuid(), code: seen.code, serial: seen.serial, name: seen.offer.name, units: seen.euros ? 0 : 1, cents,
      worth: seen.euros ? cents : seen.offer.worth, item: seen.offer.covers.length > 0 ? form.elements.item.value : "",
      at: new Date().toISOString(), seq: (all.length > 0 ? all[all.length - 1].seq : 0) + 1, sent: false,
    });
    this.card.hidden = true;
    for (const field of this.querySelectorAll('form[action="/till"] input[name="code"]')) field.value = "";
    await this.show();
    this.send();
  }

  async unsent() { return (await this.kept.all()).filter((x) => !x.sent); }

  // send tells what was taken, in its order. An answer that was lost is asked
  // for again: nothing is taken twice.
  async send() {
    if (this.sending) return this.sending;
    this.sending = this.sendAll().finally(() => { this.sending = null; });
    return this.sending;
  }
  async sendAll() {
    const waiting = await this.unsent();
    if (waiting.length === 0) {
      if (!this.reached) await this.reaches();
      return this.show();
    }
    try {
      const answer = await fetch("/till/sync", {
        method: "POST", redirect: "manual", headers: { "Content-Type": "application/json" }, signal: AbortSignal.timeout(20000),
        body: JSON.stringify({ taken: waiting.slice(0, 100).map(({ id, code, units, cents, item, at }) => ({ id, code, units, cents, item, at })) }),
      });
      this.out = answer.type === "opaqueredirect" || answer.status === 401;
      if (!answer.ok) throw new Error("not taken");
      for (const result of (await answer.json()).results) {
        const one = waiting.find((x) => x.id === result.id);
        if (one) await this.kept.put({ ...one, sent: true, code: "", outcome: result.outcome, why: result.why || "" });
      }
      this.reached = true;
      await this.clear();
      await this.renew();
    } catch {
      this.reached = false;
    }
    await this.show();
  }
  // clear forgets what is no longer needed to keep within the bounds.
  async clear() {
    for (const one of await this.kept.all()) if (one.sent && Date.now() - Date.parse(one.at) > DAYS * 86400000) await this.kept.drop(one);
  }

  say(words) {
    const place = this.querySelector("[data-net]");
    if (!place) return;
    place.hidden = !words;
    if (place.textContent !== words) place.textContent = words;
  }

  // show says what is not sent yet, and what came of what was.
  async show() {
    const all = await this.kept.all(), waiting = all.filter((x) => !x.sent);
    const words = [this.out ? this.dataset.out : this.reached ? "" : this.dataset.no, waiting.length > 0 ? this.dataset.unsent.replace("#", waiting.length) : ""];
    if (this.reached && waiting.length === 0 && all.length > 0) words.push(this.dataset.yes);
    if (this.dataset.ready && this.reached && waiting.length === 0) words.push(this.dataset.works);
    if (!this.seen && !this.why) this.say(words.filter(Boolean).join(" "));
    const list = this.querySelector("[data-list]");
    const today = dayOf(Date.now());
    const lines = all.filter((x) => !x.sent || x.outcome !== "taken" || dayOf(Date.parse(x.at)) === today).map((x) => {
      const line = document.createElement("li"), what = document.createElement("span"), came = document.createElement("strong");
      what.textContent = x.name + " · " + (x.units > 0 ? this.dataset.one : this.euro(x.cents)) + (x.item ? " – " + x.item : "");
      came.textContent = !x.sent ? this.dataset.waits : x.outcome === "taken" ? this.dataset.sent : x.why;
      line.append(what, came);
      return line;
    });
    list.hidden = lines.length === 0;
    list.querySelector("ul").replaceChildren(...lines);
  }

  // scanning lets the camera read a code, where the browser can.
  scanning() {
    const button = this.querySelector("[data-scan]"), video = this.querySelector("video");
    if (!button || !video || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const reader = new BarcodeDetector({ formats: ["qr_code"] });
      let stream;
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        this.say(this.dataset.nocamera);
        return;
      }
      button.hidden = true;
      video.hidden = false;
      video.srcObject = stream;
      await video.play();
      const stop = () => {
        stream.getTracks().forEach((t) => t.stop());
        video.hidden = true;
        button.hidden = false;
      };
      const again = async () => {
        if (video.hidden || !this.isConnected) return stop();
        const found = await reader.detect(video).catch(() => []);
        if (found.length === 0) return setTimeout(again, 200);
        stop();
        const form = this.querySelector('form[action="/till"]');
        form.elements.code.value = found[0].rawValue;
        form.requestSubmit();
      };
      again();
    });
  }
});
