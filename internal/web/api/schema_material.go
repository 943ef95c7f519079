package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
)

// The schemas of codes of material help: each lists what its module lists. What
// is empty in a module is left out here.
type (
	grantStateSchema struct{}
	grantCauseSchema struct{}
	grantFormSchema  struct{}
	useStateSchema   struct{}
	eventSchema      struct{}
	periodSchema     struct{}
	bearerSchema     struct{}

	categorySchema  struct{}
	seasonSchema    struct{}
	gradeSchema     struct{}
	firstSchema     struct{}
	placeKindSchema struct{}
	askStateSchema  struct{}
	inSchema        struct{}
	lossSchema      struct{}

	whereSchema      struct{}
	lentStateSchema  struct{}
	phaseSchema      struct{}
	keptReasonSchema struct{}
	wishStateSchema  struct{}
	fitSchema        struct{}
	unsafeSchema     struct{}

	handoutWaySchema struct{}
	bookingSchema    struct{}
	happenedSchema   struct{}
	cameSchema       struct{}

	fateSchema       struct{}
	batchStateSchema struct{}
)

func (grantStateSchema) Schema(huma.Registry) *huma.Schema {
	return among([]vouchers.State{vouchers.Proposed, vouchers.Granted, vouchers.Declined, vouchers.Expired, vouchers.Spent, vouchers.Revoked})
}
func (grantCauseSchema) Schema(huma.Registry) *huma.Schema {
	return among([]vouchers.Cause{vouchers.ByEvent, vouchers.ByWorker, vouchers.ByDecision})
}
func (grantFormSchema) Schema(huma.Registry) *huma.Schema { return among(vouchers.Forms[1:]) }
func (useStateSchema) Schema(huma.Registry) *huma.Schema {
	return among([]vouchers.UseState{vouchers.Done, vouchers.Undone, vouchers.Refunded})
}
func (eventSchema) Schema(huma.Registry) *huma.Schema  { return among(vouchers.Events[1:]) }
func (periodSchema) Schema(huma.Registry) *huma.Schema { return among(vouchers.Periods[:]) }
func (bearerSchema) Schema(huma.Registry) *huma.Schema { return among(vouchers.Bearers[1:]) }

func (categorySchema) Schema(huma.Registry) *huma.Schema  { return among(depot.Categories[:]) }
func (seasonSchema) Schema(huma.Registry) *huma.Schema    { return among(depot.Seasons[:]) }
func (gradeSchema) Schema(huma.Registry) *huma.Schema     { return among(depot.Grades[:]) }
func (firstSchema) Schema(huma.Registry) *huma.Schema     { return among(depot.Firsts[:]) }
func (placeKindSchema) Schema(huma.Registry) *huma.Schema { return among(depot.Kinds[:]) }
func (askStateSchema) Schema(huma.Registry) *huma.Schema  { return among(depot.States[:]) }
func (inSchema) Schema(huma.Registry) *huma.Schema {
	return among([]depot.Source{depot.Given, depot.Bought})
}
func (lossSchema) Schema(huma.Registry) *huma.Schema { return among(depot.Losses[:]) }

func (whereSchema) Schema(huma.Registry) *huma.Schema     { return among(loans.Wheres[1:]) }
func (lentStateSchema) Schema(huma.Registry) *huma.Schema { return among(loans.States[:]) }
func (phaseSchema) Schema(huma.Registry) *huma.Schema {
	return among([]loans.Phase{loans.Running, loans.Returned, loans.Done, loans.Gone})
}
func (keptReasonSchema) Schema(huma.Registry) *huma.Schema { return among(loans.Reasons[:]) }
func (wishStateSchema) Schema(huma.Registry) *huma.Schema {
	return among([]loans.WishState{loans.Waiting, loans.Kept, loans.Taken, loans.Cancelled, loans.Passed})
}
func (fitSchema) Schema(huma.Registry) *huma.Schema {
	return among([]loans.Fit{loans.Unknown, loans.Fits, loans.Small, loans.Large})
}
func (unsafeSchema) Schema(huma.Registry) *huma.Schema {
	return among([]loans.Unsafe{loans.AskedBack, loans.TooOld, loans.Undated})
}
func (handoutWaySchema) Schema(huma.Registry) *huma.Schema {
	return among([]sessions.Way{sessions.ByAppointment, sessions.Open})
}
func (bookingSchema) Schema(huma.Registry) *huma.Schema {
	return among([]sessions.State{sessions.Booked, sessions.Waiting, sessions.Handed, sessions.NoShow, sessions.Cancelled})
}
func (happenedSchema) Schema(huma.Registry) *huma.Schema {
	return among([]sessions.Kind{sessions.Hand, sessions.WalkIn, sessions.Undo})
}
func (cameSchema) Schema(huma.Registry) *huma.Schema {
	return among([]sessions.Outcome{sessions.Done, sessions.Already, sessions.Short, sessions.Unpaid, sessions.Nothing})
}
func (fateSchema) Schema(huma.Registry) *huma.Schema {
	return among([]payments.Fate{payments.Waiting, payments.Accepted, payments.Paid, payments.Rejected, payments.Returned, payments.Dropped})
}
func (batchStateSchema) Schema(huma.Registry) *huma.Schema { return among(payments.States[:]) }

// materialAliases tells how the words of these modules are described.
func materialAliases(r huma.Registry) {
	for _, a := range [][2]reflect.Type{
		{reflect.TypeFor[vouchers.State](), reflect.TypeFor[grantStateSchema]()},
		{reflect.TypeFor[vouchers.Cause](), reflect.TypeFor[grantCauseSchema]()},
		{reflect.TypeFor[vouchers.Form](), reflect.TypeFor[grantFormSchema]()},
		{reflect.TypeFor[vouchers.UseState](), reflect.TypeFor[useStateSchema]()},
		{reflect.TypeFor[vouchers.Event](), reflect.TypeFor[eventSchema]()},
		{reflect.TypeFor[vouchers.Period](), reflect.TypeFor[periodSchema]()},
		{reflect.TypeFor[vouchers.Bearer](), reflect.TypeFor[bearerSchema]()},
		{reflect.TypeFor[depot.Category](), reflect.TypeFor[categorySchema]()},
		{reflect.TypeFor[depot.Season](), reflect.TypeFor[seasonSchema]()},
		{reflect.TypeFor[depot.Grade](), reflect.TypeFor[gradeSchema]()},
		{reflect.TypeFor[depot.First](), reflect.TypeFor[firstSchema]()},
		{reflect.TypeFor[depot.Kind](), reflect.TypeFor[placeKindSchema]()},
		{reflect.TypeFor[depot.State](), reflect.TypeFor[askStateSchema]()},
		{reflect.TypeFor[depot.Source](), reflect.TypeFor[inSchema]()},
		{reflect.TypeFor[depot.Loss](), reflect.TypeFor[lossSchema]()},
		{reflect.TypeFor[loans.Where](), reflect.TypeFor[whereSchema]()},
		{reflect.TypeFor[loans.State](), reflect.TypeFor[lentStateSchema]()},
		{reflect.TypeFor[loans.Phase](), reflect.TypeFor[phaseSchema]()},
		{reflect.TypeFor[loans.Reason](), reflect.TypeFor[keptReasonSchema]()},
		{reflect.TypeFor[loans.WishState](), reflect.TypeFor[wishStateSchema]()},
		{reflect.TypeFor[loans.Fit](), reflect.TypeFor[fitSchema]()},
		{reflect.TypeFor[loans.Unsafe](), reflect.TypeFor[unsafeSchema]()},
		{reflect.TypeFor[sessions.Way](), reflect.TypeFor[handoutWaySchema]()},
		{reflect.TypeFor[sessions.State](), reflect.TypeFor[bookingSchema]()},
		{reflect.TypeFor[sessions.Kind](), reflect.TypeFor[happenedSchema]()},
		{reflect.TypeFor[sessions.Outcome](), reflect.TypeFor[cameSchema]()},
		{reflect.TypeFor[payments.Fate](), reflect.TypeFor[fateSchema]()},
		{reflect.TypeFor[payments.State](), reflect.TypeFor[batchStateSchema]()},
	} {
		r.RegisterTypeAlias(a[0], a[1])
	}
}
