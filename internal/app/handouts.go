package app

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
)

// mailHandout mails a family when it is expected, where that is safe. Who else
// reads it learns nothing of where or why.
func mailHandout(s *sessions.Service, m *mail.Mailer, texts *i18n.Texts) job.Handler {
	return func(ctx context.Context, j job.Job) error {
		var about sessions.Reminding
		if err := json.Unmarshal(j.Payload, &about); err != nil {
			return fmt.Errorf("payload: %w", err)
		}
		letter, err := s.LetterToMail(ctx, j.Alliance, about)
		if err != nil || letter.To == "" {
			return err
		}
		t := texts.In(letter.Lang)
		key := "handout." + string(letter.Why)
		return m.Send(ctx, mail.Message{To: letter.To, Subject: t.T(key + ".subject"),
			Text: t.T(key+".body", "when", t.Moment(letter.When), "number", t.Number(int(letter.Number)))})
	}
}
