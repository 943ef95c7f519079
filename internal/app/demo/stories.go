package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/stories"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Stories publishes the page of one programme in Leuven. It tells what the
// library tells of the programme, with a drawing and a line of news that say
// themselves that they are examples: what a real organisation reached is not
// made up here.
func Stories(ctx context.Context, a *app.App, towns []Town, today kernel.Date) error {
	t := called(towns, "leuven")
	ctx = t.As(ctx, "katrien")
	list, err := a.Programmes.List(ctx, programmes.Query{States: []programmes.State{programmes.On}, Limit: 50})
	if err != nil {
		return fmt.Errorf("demonstration: stories: %w", err)
	}
	for _, p := range list.Rows {
		if p.Template != "leuven-kirikou" {
			continue
		}
		if err := tell(ctx, a, p, today); err != nil {
			return fmt.Errorf("demonstration: the page of %s: %w", p.Template, err)
		}
	}
	return nil
}

func tell(ctx context.Context, a *app.App, p programmes.Programme, today kernel.Date) error {
	st, err := a.Stories.Tell(ctx, p.ID, 0, p.Summary())
	if err != nil {
		return err
	}
	drawn, err := drawing()
	if err != nil {
		return err
	}
	st, err = a.Stories.AddPhoto(ctx, p.ID, st.Version, stories.Photographed{File: drawn, Nobody: true, Allowed: true, Alt: kernel.Text{
		NL: "Een tekening als voorbeeld: een zon boven twee heuvels", FR: "Un dessin en exemple : un soleil au-dessus de deux collines",
		DE: "Eine Zeichnung als Beispiel: eine Sonne über zwei Hügeln", EN: "A drawing as an example: a sun above two hills"}})
	if err != nil {
		return err
	}
	st, err = a.Stories.AddNews(ctx, p.ID, st.Version, today.AddDays(-12), kernel.Text{NL: "Dit is een voorbeeld van nieuws", FR: "Ceci est un exemple de nouvelle", DE: "Das ist ein Beispiel für Neuigkeiten", EN: "This is an example of news"},
		kernel.Text{NL: "Hier vertelt een partner wat er gebeurde: een nieuwe openingsdag, een feest, een dank aan wie hielp.", FR: "Ici, un partenaire raconte ce qui s’est passé : un nouveau jour d’ouverture, une fête, un merci à qui a aidé.",
			DE: "Hier erzählt ein Partner, was geschah: ein neuer Öffnungstag, ein Fest, ein Dank an alle, die halfen.", EN: "Here a partner tells what happened: a new opening day, a party, thanks to who helped."})
	if err != nil {
		return err
	}
	_, err = a.Stories.Publish(ctx, p.ID, st.Version)
	return err
}

// drawing is a sun above two hills.
func drawing() ([]byte, error) {
	const w, h = 480, 270
	m := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.RGBA{0xfd, 0xe6, 0xd6, 255}, color.RGBA{0xf3, 0xa8, 0x75, 255}, color.RGBA{0x2c, 0x7a, 0x52, 255}, color.RGBA{0x1d, 0x34, 0x61, 255}})
	round := func(x, y, cx, cy, r int) bool { return (x-cx)*(x-cx)+(y-cy)*(y-cy) < r*r }
	for y := range h {
		for x := range w {
			switch {
			case round(x, y, 360, 330, 180):
				m.SetColorIndex(x, y, 3)
			case round(x, y, 120, 390, 260):
				m.SetColorIndex(x, y, 2)
			case round(x, y, 300, 90, 48):
				m.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, m)
	return b.Bytes(), err
}
