package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A mother with an old telephone: 320 pixels, Arabic, no scripts. She types the
// digits of her slip, reads her plan, asks to correct something, and leaves.
func TestAMotherWithAnOldTelephone(t *testing.T) {
	chromium(t)
	w := onSQLite(t)
	h := w.atHome()
	b := w.browse("", "")
	b.reads("ar")
	b.looks(320, false)
	var sent float64
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	chromedp.ListenTarget(ctx, func(e any) {
		switch e := e.(type) {
		case *network.EventLoadingFinished:
			sent += e.EncodedDataLength
		case *network.EventRequestWillBeSent:
			if strings.HasSuffix(e.Request.URL, ".js") || strings.HasSuffix(e.Request.URL, ".woff2") {
				t.Errorf("a page of a family fetches %s", e.Request.URL)
			}
		}
	})
	b.goes("/mine")
	b.sees("صفحتكم الخاصة")
	b.types("الأرقام الاثنا عشر", h.slip.Digits)
	b.dates("تاريخ ميلاد", "2016-05-06")
	b.clicks("فتح")
	b.sees("مرحبًا Fatima", "نحضر شهادة الميلاد", "مغادرة هذه الصفحة بسرعة")
	time.Sleep(200 * time.Millisecond)
	if sent > 100_000 {
		t.Errorf("the first view takes %.0f bytes, want less than 100,000", sent)
	}
	t.Logf("door and first view together: %.0f bytes", sent)
	var dir string
	b.must(chromedp.Evaluate(`getComputedStyle(document.querySelector("main")).direction`, &dir))
	if dir != "rtl" {
		t.Errorf("the page runs %s", dir)
	}
	b.clicks("خطتنا")
	b.clicks("تم هذا")
	b.sees("تم التسجيل")
	b.goes("/mine/correct")
	b.chooses("بماذا يتعلق الأمر", "العنوان")
	b.types("كيف هو في الحقيقة", "انتقلنا إلى شارع آخر")
	b.clicks("طلب التصحيح")
	b.sees("تم الإرسال", "انتقلنا إلى شارع آخر", "وصلنا طلبكم")
	b.goes("/mine/rights")
	b.sees("باللغة الهولندية")
	b.must(network.SetBlockedURLs().WithURLPatterns([]*network.BlockPattern{{URLPattern: "*://www.meteo.be/*", Block: true}}))
	_ = chromedp.Run(b.ctx, chromedp.Navigate(b.url+"/mine/leave")) // it leads to another site, which is not asked here
	b.goes("/mine/plan")
	b.sees("انتهت زيارتكم")
}

// TestEveryPageOfAFamilyIsAccessible looks at the pages of a visit as
// [TestEveryPageIsAccessible] does at the others, in a language that runs from
// the left and in one that runs from the right.
func TestEveryPageOfAFamilyIsAccessible(t *testing.T) {
	chromium(t)
	script := axe(t)
	w := onSQLite(t)
	h := w.atHome()
	aicha := w.towns["leuven"].As(w.Context(), "aicha")
	if err := w.app.Own.Answer(aicha, h.family, h.mother, "Tot dinsdag."); err != nil {
		t.Fatal(err)
	}
	child := w.gives(h.family, ownpage.Give{Person: h.yara, Lang: kernel.AR, Days: 30,
		Contact: ownpage.ChildsPerson{Worker: w.towns["leuven"].Workers["bram"].ID, Phone: "02 123 45 67", When: "Dinsdag na school"}})
	town := w.towns["leuven"]
	w.lends(town.As(w.Context(), "saar"), town.As(w.Context(), "rik"), aicha, h.family)
	seen := map[string]bool{"/mine/leave": true, "/mine/download": true} // no pages
	for _, visit := range []struct {
		slip  ownpage.Slip
		lang  kernel.Lang
		paths []string
	}{
		{h.slip, kernel.AR, []string{"/mine", "/mine/rights", "/mine/plan", "/mine/messages", "/mine/looks", "/mine/about", "/mine/correct", "/mine/sharing", "/mine/handouts", "/mine/vouchers", "/mine/things", "/mine/loans", "/mine/copy"}},
		{h.slip, kernel.FR, []string{"/mine", "/mine/rights", "/mine/plan", "/mine/messages"}},
		{child, kernel.AR, []string{"/mine/me"}},
	} {
		cookie, err := w.app.Own.Scanned(w.Context(), visit.slip.Scan)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.app.Own.Speak(w.Context(), cookie, visit.lang, kernel.NL); err != nil {
			t.Fatal(err)
		}
		b := w.browse("", "")
		b.must(network.SetCookie("visit", cookie).WithURL(w.url))
		for _, path := range visit.paths {
			seen[path] = true
			b.check(script, path)
		}
	}
	b := w.browse("", "")
	b.reads("ar")
	b.check(script, "/mine?k="+h.slip.Scan)
	for _, route := range w.app.Routes.Table() {
		if method, pattern, _ := strings.Cut(route.Pattern, " "); method == "GET" && strings.HasPrefix(pattern, "/mine") && !seen[pattern] {
			t.Errorf("no example of %s", route.Pattern)
		}
	}
}

// The plan prints on two pages, whatever language it is in.
func TestThePlanPrintsOnTwoPages(t *testing.T) {
	chromium(t)
	w := onSQLite(t)
	h := w.atHome()
	aicha := w.towns["leuven"].As(w.Context(), "aicha")
	for range 12 {
		if err := w.app.Own.AddStep(aicha, h.family, ownpage.NewStep{Text: "We gaan samen naar het loket met het document dat in de brief staat, en vragen hoe lang het duurt", Theirs: true, Due: "2026-12-15"}); err != nil {
			t.Fatal(err)
		}
	}
	b := w.browse("leuven", "aicha")
	for _, lang := range []string{"nl", "fr", "de", "en", "ar", "uk", "tr"} {
		b.goes("/families/" + string(h.family) + "/plan/paper?lang=" + lang)
		var pdf []byte
		b.must(chromedp.ActionFunc(func(ctx context.Context) (err error) {
			pdf, _, err = page.PrintToPDF().WithPaperWidth(8.27).WithPaperHeight(11.69).WithPreferCSSPageSize(true).Do(ctx)
			return err
		}))
		if pages := strings.Count(string(pdf), "/Type /Page\n") + strings.Count(string(pdf), "/Type /Page "); pages < 1 || pages > 2 {
			t.Errorf("in %s the plan takes %d pages", lang, pages)
		}
	}
}
