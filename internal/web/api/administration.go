package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// administrationEndpoints are for who keeps the house: administrators find
// people and work that failed; privacy officers the record, and files that may
// be double.
func (s *API) administrationEndpoints(d *desk) {
	add(d, endpoint{Method: "POST", Path: "/organisations", Action: "member.manage", ID: "add-organisation", Tag: "organisations", Status: created,
		Says: "Take a partner into your alliance."}, s.addOrganisation)
	add(d, endpoint{Method: "PUT", Path: "/organisations/{organisation}", Action: "member.manage", ID: "change-organisation", Tag: "organisations",
		Says: "Replace what is known of a partner.", More: "An edit that began from an older version is 409 with the fields that differ."}, s.changeOrganisation)
	add(d, endpoint{Method: "GET", Path: "/workers", Action: "member.manage", ID: "list-workers", Tag: "organisations",
		Says: "Everybody who works in your alliance, post by post.", More: "The list comes whole."}, s.workers)
	add(d, endpoint{Method: "POST", Path: "/workers", Action: "member.manage", ID: "add-worker", Tag: "organisations", Status: created, Names: true,
		Says: "Give somebody a post.", More: "Who works in the alliance already, known by mail address, keeps name and language."}, s.addWorker)
	add(d, endpoint{Method: "PUT", Path: "/workers/{worker}", Action: "member.manage", ID: "change-worker", Tag: "organisations", Names: true,
		Says: "Replace somebody's name, mail address and language.",
		More: "A new address takes the old one's place after three days, of which both are told. An edit that began from an older version is 409 with the fields that differ."}, s.changeWorker)
	add(d, endpoint{Method: "PUT", Path: "/workers/{worker}/posts/{organisation}", Action: "member.manage", ID: "set-roles", Tag: "organisations", Status: noContent,
		Says: "Replace somebody's roles at an organisation.",
		More: "Without roles they no longer act for it, and their sessions and tokens there end. The last administrator stays: 409."}, s.setRoles)
	add(d, endpoint{Method: "GET", Path: "/jobs", Action: "job.manage", ID: "list-jobs", Tag: "administration",
		Says: "The work that was given up, the newest first, and that waits, the soonest first."}, s.jobs)
	add(d, endpoint{Method: "POST", Path: "/jobs/{job}/retry", Action: "job.manage", ID: "retry-job", Tag: "administration", Status: noContent,
		Says: "Set work that was given up going again."}, s.retryJob)
	add(d, endpoint{Method: "GET", Path: "/record", Action: "audit.read", ID: "read-record", Tag: "administration",
		Says: "What was done and read in your alliance, the newest first.", More: "It holds no name, no number and no sentence of anybody's."}, s.recordOf)
	add(d, endpoint{Method: "POST", Path: "/record/verify", Action: "audit.read", ID: "verify-record", Tag: "administration", Safe: true,
		Says: "Read the whole record again, and name each entry that is not as it was written."}, s.verifyRecord)
	add(d, endpoint{Method: "GET", Path: "/twins", Action: "family.twins", ID: "list-twins", Tag: "administration",
		Says: "Pairs of files that may be of the same people, and at which nobody looked yet."}, s.twins)
	add(d, endpoint{Method: "POST", Path: "/twins/settle", Action: "family.twins", ID: "settle-twins", Tag: "administration", Status: noContent, Names: true,
		Says: "Write down what came out of a look at two files."}, s.settleTwins)
}

// OrganisationFields are what is known of a partner, as it is sent.
type OrganisationFields struct {
	Name         string       `json:"name" minLength:"1" maxLength:"200"`
	Kind         members.Kind `json:"kind"`
	PartOf       kernel.ID    `json:"part_of,omitempty" doc:"The organisation of which it is a team."`
	Municipality kernel.NIS   `json:"municipality,omitempty"`
	KBO          string       `json:"kbo,omitempty" doc:"Its enterprise number."`
	SignInCode   string       `json:"sign_in_code,omitempty" maxLength:"40" doc:"By which sign-in providers know it, where that is not its enterprise number."`
	Phone        string       `json:"phone,omitempty"`
	Mail         string       `json:"mail,omitempty"`
	Website      string       `json:"website,omitempty"`
	Does         string       `json:"does,omitempty" doc:"What it does, in its own words."`
	Receives     bool         `json:"receives,omitempty" doc:"Whether referrals can be sent to it."`
}

// read makes an organisation of what was sent, and gathers what is wrong.
func (f OrganisationFields) read() (members.Organisation, error) {
	o := members.Organisation{Name: f.Name, Kind: f.Kind, PartOf: f.PartOf, Municipality: f.Municipality,
		Website: f.Website, Does: f.Does, Receives: f.Receives, SignInCode: f.SignInCode}
	var faults kernel.Faults
	var err error
	if f.KBO != "" {
		o.KBO, err = kernel.ParseKBO(f.KBO)
		faults.Check("kbo", err)
	}
	if f.Phone != "" {
		o.Phone, err = kernel.ParsePhone(f.Phone)
		faults.Check("phone", err)
	}
	if f.Mail != "" {
		o.Mail, err = kernel.ParseEmail(f.Mail)
		faults.Check("mail", err)
	}
	return o, faults.Err()
}

// organisationRef is an organisation without who it is.
type organisationRef struct {
	ID      kernel.ID `json:"id"`
	Version int64     `json:"version"`
}

type organisationAdded struct {
	Body OrganisationFields
}

func (s *API) addOrganisation(ctx context.Context, in *organisationAdded) (*made[organisationRef], error) {
	o, err := in.Body.read()
	if err != nil {
		return nil, err
	}
	if o, err = s.Members.AddOrganisation(ctx, o); err != nil {
		return nil, err
	}
	return &made[organisationRef]{Root + "/organisations/" + string(o.ID), organisationRef{o.ID, o.Version}}, nil
}

type organisationChanged struct {
	Organisation kernel.ID `path:"organisation"`
	Body         struct {
		Version int64 `json:"version" minimum:"1" doc:"From which the edit began."`
		Active  bool  `json:"active" doc:"Whether it takes part."`
		OrganisationFields
	}
}

func (s *API) changeOrganisation(ctx context.Context, in *organisationChanged) (*one[organisationRef], error) {
	o, err := in.Body.read()
	if err != nil {
		return nil, err
	}
	o.ID, o.Version, o.Active = in.Organisation, in.Body.Version, in.Body.Active
	if _, err = s.Members.ChangeOrganisation(ctx, o); err != nil {
		return nil, err
	}
	now, _, err := s.Members.Organisation(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	return answer(organisationRef{now.ID, now.Version})
}

type post struct {
	Worker       kernel.ID     `json:"worker"`
	Version      int64         `json:"version" doc:"Of the worker's name, address and language."`
	Name         string        `json:"name"`
	Mail         string        `json:"mail"`
	Lang         kernel.Lang   `json:"lang"`
	Organisation kernel.ID     `json:"organisation"`
	Roles        []policy.Role `json:"roles" nullable:"false"`
}

func (s *API) workers(ctx context.Context, _ *struct{}) (*listed[post], error) {
	posts, err := s.Members.Workers(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, posts, "", func(p members.Post) post {
		return post{p.Worker.ID, p.Worker.Version, p.Worker.Name, string(p.Worker.Mail), p.Worker.Lang, p.Organisation.ID, p.Roles}
	}), nil
}

type workerAdded struct {
	Body struct {
		Name         string        `json:"name" minLength:"1" maxLength:"200"`
		Mail         string        `json:"mail" maxLength:"254"`
		Lang         kernel.Lang   `json:"lang"`
		Organisation kernel.ID     `json:"organisation"`
		Roles        []policy.Role `json:"roles" minItems:"1" maxItems:"7" nullable:"false"`
	}
}

// workerRef is a worker without who it is.
type workerRef struct {
	ID kernel.ID `json:"id"`
}

func (s *API) addWorker(ctx context.Context, in *workerAdded) (*made[workerRef], error) {
	b := in.Body
	mail, err := kernel.ParseEmail(b.Mail)
	if err != nil {
		return nil, kernel.NewInvalid("email").At("mail")
	}
	w, err := s.Members.AddWorker(ctx, members.Worker{Name: b.Name, Mail: mail, Lang: b.Lang}, b.Organisation, b.Roles...)
	if err != nil {
		return nil, err
	}
	return &made[workerRef]{Root + "/organisations/" + string(b.Organisation), workerRef{w.ID}}, nil
}

type workerChanged struct {
	Worker kernel.ID `path:"worker"`
	Body   struct {
		Version int64       `json:"version" minimum:"1" doc:"From which the edit began."`
		Name    string      `json:"name" minLength:"1" maxLength:"200"`
		Mail    string      `json:"mail" maxLength:"254"`
		Lang    kernel.Lang `json:"lang"`
	}
}

type workerNow struct {
	ID      kernel.ID      `json:"id"`
	Version int64          `json:"version"`
	MailDue kernel.Instant `json:"mail_due,omitempty" doc:"When the new address takes the old one's place."`
}

func (s *API) changeWorker(ctx context.Context, in *workerChanged) (*one[workerNow], error) {
	b := in.Body
	w, waits, err := s.Members.ChangeWorker(ctx, members.Worker{ID: in.Worker, Version: b.Version, Name: b.Name, Mail: kernel.Email(b.Mail), Lang: b.Lang})
	if err != nil {
		return nil, err
	}
	return answer(workerNow{w.ID, w.Version, waits.Due})
}

type rolesSet struct {
	Worker       kernel.ID `path:"worker"`
	Organisation kernel.ID `path:"organisation"`
	Body         struct {
		Roles []policy.Role `json:"roles" maxItems:"7" nullable:"false" doc:"All of them; none: the post ends."`
	}
}

func (s *API) setRoles(ctx context.Context, in *rolesSet) (*nothing, error) {
	return &nothing{}, s.Members.SetRoles(ctx, in.Worker, in.Organisation, in.Body.Roles...)
}

type work struct {
	ID       kernel.ID      `json:"id"`
	Kind     string         `json:"kind"`
	RunAt    kernel.Instant `json:"run_at"`
	State    string         `json:"state"`
	Attempts int64          `json:"attempts"`
	Trouble  string         `json:"trouble,omitempty" doc:"Why the last attempt failed, in English, as the log says it."`
}

type works struct {
	Failed  []work `json:"failed" nullable:"false"`
	Waiting []work `json:"waiting" nullable:"false"`
}

func worksJSON(all []job.Job) []work {
	out := make([]work, 0, len(all))
	for _, j := range all {
		out = append(out, work{j.ID, j.Kind, j.RunAt, string(j.State), j.Attempts, j.Trouble})
	}
	return out
}

func (s *API) jobs(ctx context.Context, _ *struct{}) (*one[works], error) {
	failed, waiting, err := s.Oversight.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	return answer(works{worksJSON(failed), worksJSON(waiting)})
}

type jobAsked struct {
	Job kernel.ID `path:"job"`
}

func (s *API) retryJob(ctx context.Context, in *jobAsked) (*nothing, error) {
	return &nothing{}, s.Oversight.Retry(ctx, in.Job)
}

func (s *API) recordOf(ctx context.Context, in *Backwards) (*one[records], error) {
	all, next, err := s.Oversight.Record(ctx, in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	return answer(recordsJSON(all, next))
}

type trouble struct {
	Seq     int64  `json:"seq" doc:"Of the record, or the size of the checkpoint."`
	Finding string `json:"finding" doc:"What is not as it was written, as a code."`
	Says    string `json:"says" doc:"In English, as the command bondgenoot audit verify says it."`
}

type verified struct {
	Whole       bool      `json:"whole" doc:"The record is as it was written."`
	Records     int64     `json:"records"`
	Checkpoints int64     `json:"checkpoints" doc:"Signed ones."`
	Troubles    []trouble `json:"troubles" nullable:"false"`
}

func verifiedJSON(r audit.Report) verified {
	out := verified{Whole: len(r.Troubles) == 0, Records: r.Records, Checkpoints: r.Checkpoints, Troubles: []trouble{}}
	for _, t := range r.Troubles {
		out.Troubles = append(out.Troubles, trouble{t.Seq, string(t.Finding), t.String()})
	}
	return out
}

func (s *API) verifyRecord(ctx context.Context, _ *struct{}) (*one[verified], error) {
	report, err := s.Oversight.Verify(ctx)
	if err != nil {
		return nil, err
	}
	return answer(verifiedJSON(report))
}

type twin struct {
	Family  kernel.ID      `json:"family"`
	Other   kernel.ID      `json:"other"`
	FoundAt kernel.Instant `json:"found_at"`
}

func (s *API) twins(ctx context.Context, _ *struct{}) (*listed[twin], error) {
	all, err := s.Families.Twins(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", func(t families.Twin) twin { return twin{t.Family, t.Other, t.FoundAt} }), nil
}

type twinsSettled struct {
	Body struct {
		Family  kernel.ID `json:"family"`
		Other   kernel.ID `json:"other"`
		Verdict string    `json:"verdict" enum:"same,different"`
	}
}

func (s *API) settleTwins(ctx context.Context, in *twinsSettled) (*nothing, error) {
	return &nothing{}, s.Families.SettleTwins(ctx, in.Body.Family, in.Body.Other, families.Verdict(in.Body.Verdict))
}
