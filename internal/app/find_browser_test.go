package app_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A mother who reads Arabic, with an old telephone on a slow line and without
// scripts, finds nappies: the first view takes less than a hundred kilobytes
// with all that it fetches, nothing of it from elsewhere, no page runs out of a
// window of 320 pixels, and what she typed stands in no address.
func TestAMotherFindsHelpOnAnOldTelephone(t *testing.T) {
	chromium(t)
	w := onSQLite(t)
	o := w.offers()
	b := w.browse("", "")
	b.reads("ar")
	b.looks(320, true)
	b.must(emulation.SetScriptExecutionDisabled(true), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := network.EmulateNetworkConditionsByRule([]*network.Conditions{{Latency: 150, DownloadThroughput: 200_000, UploadThroughput: 90_000}}).Do(ctx)
		return err
	}))
	var sent float64
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	chromedp.ListenTarget(ctx, func(e any) {
		switch e := e.(type) {
		case *network.EventLoadingFinished:
			sent += e.EncodedDataLength
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(e.Request.URL, w.url) && !strings.HasPrefix(e.Request.URL, "data:") || strings.HasSuffix(e.Request.URL, ".js") {
				t.Errorf("the channel fetches %s", e.Request.URL)
			}
		}
	})
	narrow := func() {
		t.Helper()
		if wide := b.value(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide != "0" && wide != "1" {
			t.Errorf("%s runs %s pixels out of the window", b.path(), wide)
		}
		if dir := b.value(`getComputedStyle(document.querySelector("main")).direction`); dir != "rtl" {
			t.Errorf("%s runs %s", b.path(), dir)
		}
	}
	b.goes("/find")
	b.sees("ابحثوا عن مساعدة قريبة منكم", "112", "مغادرة هذه الصفحة بسرعة")
	if sent == 0 || sent > 100_000 {
		t.Errorf("the first view takes %.0f bytes, want less than 100,000", sent)
	}
	t.Logf("the first view: %.0f bytes", sent)
	narrow()
	b.types("أين تسكنون؟", "3000")
	b.clicks("متابعة")
	b.sees("مساعدة للعائلات في Leuven", "رضيع، حتى سنة")
	narrow()
	b.types("عمّ تبحثون؟", "حفاضات")
	b.clicks("بحث")
	b.sees("نتيجة واحدة", "Huis Zonnebloem")
	if here := b.value(`decodeURIComponent(location.href)`); strings.Contains(here, "حفاضات") {
		t.Errorf("what she typed stands in the address: %s", here)
	}
	narrow()
	b.clicks("Banque de langes")
	b.sees("Voorbeeldstraat 1", "3001 Heverlee")
	narrow()
	b.goes("/find/leuven/" + string(o.bank) + "/poster?lang=ar")
	narrow()
}

// Who has a keyboard alone, or a device that acts as one, finds the same: the
// first key leads past what stands on each page, each stop can be seen, none
// holds the keys, and Enter does what it says.
func TestHelpIsFoundByKeyboardAlone(t *testing.T) {
	chromium(t)
	w := onSQLite(t)
	w.offers()
	b := w.browse("", "")
	b.reads("nl")
	b.looks(1280, false)
	// reach presses Tab until what stands under it says words, as its own text, its
	// label's or its value.
	reach := func(words string) {
		t.Helper()
		for range 80 {
			b.must(chromedp.KeyEvent(kb.Tab))
			var at struct{ Says, Unseen string }
			b.must(chromedp.Evaluate(`(() => {
				const e = document.activeElement, label = e.labels && e.labels[0];
				const shown = [getComputedStyle(e)];
				if (label) shown.push(getComputedStyle(label, "::before"), getComputedStyle(label, "::after"));
				const seen = shown.some(s => s.boxShadow !== "none" || s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0);
				const says = [e.innerText, label && label.innerText, e.value].filter(Boolean).join(" ").trim();
				return {Says: says, Unseen: seen ? "" : e.outerHTML.slice(0, 200)};
			})()`, &at))
			if at.Unseen != "" {
				t.Errorf("%s: nobody sees where the keys are: %s", b.path(), at.Unseen)
			}
			if strings.Contains(at.Says, words) {
				return
			}
		}
		t.Fatalf("%s: the keys never come to %q", b.path(), words)
	}
	enters := func(typed string) {
		t.Helper()
		b.must(chromedp.Evaluate(`window.here = document.querySelector("main").here = true`, nil), chromedp.KeyEvent(typed+kb.Enter))
		b.follows()
	}
	b.goes("/find")
	b.must(chromedp.KeyEvent(kb.Tab))
	if first := b.value(`document.activeElement.innerText`); first != "Ga naar de inhoud" {
		t.Errorf("the first key leads to %q", first)
	}
	b.must(chromedp.KeyEvent(kb.Enter))
	reach("Waar woont u?")
	if skipped := b.value(`document.querySelector("main").contains(document.activeElement)`); skipped != "true" {
		t.Error("the way past what stands on each page leads elsewhere")
	}
	enters("3000")
	b.sees("Leuven")
	reach("Wat zoekt u?")
	enters("luiers")
	b.sees("Luierbank")
	reach("Luierbank")
	enters("")
	b.sees("Voorbeeldstraat 1", "3001 Heverlee")
}
