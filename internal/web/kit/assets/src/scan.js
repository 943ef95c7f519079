// Reads a code with the camera, where the browser can: a QR of our own, the bars
// of an article. What it reads goes into the field beside it, and the form is
// sent. Where there is no camera the field is typed.

customElements.define("bg-scan", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("[data-scan]");
    if (!button || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
    button.hidden = false;
    button.addEventListener("click", () => this.look(button, this.querySelector("video")));
  }
  async look(button, video) {
    const said = this.querySelector("[data-said]");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      said.textContent = this.dataset.nocamera;
      return;
    }
    const known = await BarcodeDetector.getSupportedFormats();
    const reader = new BarcodeDetector({ formats: ["qr_code", "ean_13", "ean_8", "upc_a", "data_matrix", "code_128"].filter((f) => known.includes(f)) });
    said.textContent = "";
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
      const form = this.closest("form");
      form.elements[this.dataset.into].value = found[0].rawValue;
      form.requestSubmit(form.querySelector('button[name="do"]'));
    };
    again();
  }
});
